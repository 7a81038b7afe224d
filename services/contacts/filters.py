"""Which contacts are asked for: `?q=`, `?tag=`, `?list=`, as conditions of a query.

None of these has an index. Under row-level security Postgres would use one only for operators that are leakproof, and
neither `@>` nor a search within a text is; so the tenant's own contacts are gone through, in the order of their ids.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Query
from pydantic import StringConstraints
from sqlalchemy import ColumnElement, and_, collate, false, func, literal, or_, select

from ringback.http.paging import STORABLE
from services.contacts.tables import contact_keys, contacts

#: What a number is written with: a search of nothing else looks for the digits.
_NUMBER = re.compile(r"[\d\s()+./-]+")
_FEWEST_DIGITS = 3
_SHOWN = ("first_name", "last_name", "name", "company", "email")

Named = list[Annotated[str, StringConstraints(min_length=1, max_length=1_000, pattern=STORABLE)]]


class Filters(NamedTuple):
    """All that is given has to hold."""

    q: Annotated[
        str | None,
        Query(
            max_length=200,
            pattern=STORABLE,
            description="Every word is in the name, company or e-mail, in any case; or the digits are in a phone.",
        ),
    ] = None
    tags: Annotated[Named, Query(alias="tag", max_length=20, description="May be repeated: all of them.")] = []  # noqa: RUF012
    lists: Annotated[Named, Query(alias="list", max_length=20, description="May be repeated: all of them.")] = []  # noqa: RUF012

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """Of `contacts`, of which deleted ones are none."""
        yield contacts.c.deleted_at.is_(None)
        if self.tags:
            yield contacts.c.tags.contains(self.tags)
        if self.lists:
            yield contacts.c.lists.contains(self.lists)
        if self.q is not None and self.q.strip():
            yield _found(self.q)


Filtered = Annotated[Filters, Depends()]


def _found(q: str) -> ColumnElement[bool]:
    """Words in what is shown, or in an e-mail that finds the contact; or digits in a phone that does."""
    shown = _lower(func.concat_ws(" ", *(contacts.c[name] for name in _SHOWN)))
    words = [func.strpos(shown, _lower(literal(word))) > 0 for word in q.split()]
    return or_(and_(*words), contacts.c.id.in_(_by_key("email", q.strip().lower())), _by_digits(q))


def _by_digits(q: str) -> ColumnElement[bool]:
    """Without the zeros in front, which a country's own way of writing has and E.164 has not."""
    digits = re.sub(r"\D", "", q).lstrip("0")
    if not _NUMBER.fullmatch(q) or len(digits) < _FEWEST_DIGITS:
        return false()
    return or_(contacts.c.id.in_(_by_key("phone", digits)), func.strpos(contacts.c.phone_2, digits) > 0)


def _by_key(kind: str, part: str) -> Any:
    has = func.strpos(contact_keys.c.value, part) > 0
    return select(contact_keys.c.contact_id).where(contact_keys.c.kind == kind, contact_keys.c.source == "", has)


def _lower(text: ColumnElement[str]) -> ColumnElement[str]:
    """By Unicode, whatever the database's own locale is."""
    return func.lower(collate(text, "pg_c_utf8"))
