"""A tree of keys after one of them was taken: what opens, and what stays shut."""

from collections.abc import Collection, Mapping, Sequence

from .diagrams import Node, tree
from .picture import Picture
from .scene import Kind


def blast_radius(
    under: Mapping[str, Sequence[str]], *, taken: str, opens: Collection[str], caption: str = ""
) -> Picture:
    """The tree in which each name in ``under`` encrypts those in its list; names with nothing under them are data.

    ``taken`` is a key that somebody has, or the root that somebody may use (empty: nobody has anything); ``opens``
    are the names that then open. What is closed shows as a wrapped key or a hatched page, what opens as a key or a
    page to read. ``ValueError`` if there is not exactly one root.
    """
    beneath = {name for names in under.values() for name in names}
    roots = [name for name in under if name not in beneath]
    if len(roots) != 1:
        raise ValueError(f"A tree has one root; these names have {len(roots)}: {', '.join(roots)}.")
    data = sorted(beneath - set(under))
    read = [name for name in data if name in opens]
    shut = [name for name in data if name not in opens]
    wraps = "; ".join(f"{name} encrypts {' and '.join(names)}" for name, names in under.items())
    alt = (
        f"A tree of keys: {wraps}. Taken: {taken or 'nothing'}. "
        f"Data that opens: {', '.join(read) or 'none'}. Data that stays shut: {', '.join(shut) or 'none'}."
    )
    return tree(_node(roots[0], under, taken, opens, is_root=True), alt=alt, caption=caption)


def _node(
    name: str,
    under: Mapping[str, Sequence[str]],
    taken: str,
    opens: Collection[str],
    *,
    is_root: bool = False,
) -> Node:
    is_key, is_open = name in under, name in opens or name == taken
    mark = ("permitted" if is_root else "taken") if name == taken else "opens" if name in opens else ""
    if is_root:
        kind = Kind.KMS_KEY
    elif is_key:
        kind = Kind.DATA_KEY if is_open else Kind.WRAPPED_KEY
    else:
        kind = Kind.PLAINTEXT if is_open else Kind.CIPHERTEXT
    below = tuple(_node(each, under, taken, opens) for each in under.get(name, ()))
    return Node(kind, name, below, mark)
