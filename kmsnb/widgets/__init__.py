"""Controls with a figure. Each widget is a model (plain Python, no ipywidgets) and a thin view."""

from kmsnb.lazy import attach

# so that a model can be used without loading ipywidgets
__getattr__, __dir__, __all__ = attach(__name__, __file__)
