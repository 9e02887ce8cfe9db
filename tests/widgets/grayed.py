"""What widgets have in common when they cannot answer."""

from kmsnb.widgets.card import Workbench


def assert_old_figure_is_gray(card: Workbench) -> None:
    """The last figure is still there, so that the page does not jump, and grayed."""
    assert "<svg" in card.figure.value or "<table" in card.figure.value
    assert "kmsnb-stale" in card.figure._dom_classes
