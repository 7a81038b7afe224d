"""By which external id an export tells a record. Pure.

An id means something with its source alone, and a file has one source: what its import is told, `parser-csv` otherwise.
"""

from collections.abc import Iterable

#: The source of an import that names none (rules §2).
UNNAMED = "parser-csv"

ExternalId = tuple[str, str]


def told(source: str, first: ExternalId | None, further: Iterable[ExternalId] = ()) -> str | None:
    """The record's id of `source` as it stands, else its first one, behind the source that it is of: `hubspot/77`.

    So two sources' equal ids stay two in one file, and nobody's id is taken for one of `source`.
    """
    borne = [each for each in (first, *sorted(further)) if each is not None]
    own = next((external_id for of, external_id in borne if of == source), None)
    return own if own is not None or not borne else "/".join(borne[0])


def named(source: str, of: str | None, external_id: str | None) -> str | None:
    """An id by which a record names another, as `told` has it."""
    return None if of is None or external_id is None else told(source, (of, external_id))
