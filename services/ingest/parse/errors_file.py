"""The three columns of an errors file: written behind a file's own, and passed over when it comes back."""

#: In just this spelling and order, and the last of the header; anywhere else they are columns like others.
ADDED = ("line", "code", "error")


def own_columns(header: list[str]) -> list[str]:
    """The header without the three, where it has columns of its own before them."""
    added = len(header) > len(ADDED) and tuple(header[-len(ADDED) :]) == ADDED
    return header[: -len(ADDED)] if added else header


def without_added(cells: list[str], at: int) -> list[str]:
    """The file's own cells, with those that no header stood over: they are written behind the three."""
    return cells[:at] + cells[at + len(ADDED) :]
