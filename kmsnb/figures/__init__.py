"""Plain data in, picture out: SVG by our own hand, charts by matplotlib. No widgets, no AWS."""

from kmsnb.lazy import attach

# charts need matplotlib, photographs Pillow: they load when the first one is asked for
__getattr__, __dir__, __all__ = attach(__name__, __file__)
