"""What axe finds in a page, as far as it is ours."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SERIOUS = ("serious", "critical")
# The outputs, which are ours; the page around them is JupyterLab's, and the handles are ipywidgets': they have no name,
# which is why each slider has a number field that has one, or buttons.
OURS = {"include": [[".jp-OutputArea-output"]], "exclude": [[".noUi-handle"]]}


def serious_faults(page: Page) -> set[str]:
    """What axe finds in our outputs that is serious."""
    found = Axe().run(page, context=OURS).response
    assert found["passes"], "axe looked at nothing"
    return {
        f"{each['id']}: {each['help']}: {node['html'][:200]}"
        for each in found["violations"]
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    }
