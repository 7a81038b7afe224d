"""A live event that comes again is the contribution that it was: which event is taken for one that came before."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ringback.events import Contact, ContactRecorded, Policy
from ringback.fold.contribution import History
from services.contacts.record import ContactRecord
from services.contacts.rules import Contacts

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def event(name: str, time: datetime | None, policy: Policy = "update", **envelope: Any) -> ContactRecorded:
    return ContactRecorded(
        specversion="1.0",
        id="1",
        source="/tests",
        tenant="t",
        partitionkey="t",
        time=time,
        onduplicate=policy,
        data=Contact(source="crm", external_id="7", name=name),
        **envelope,
    )


def told(*events: ContactRecorded) -> tuple[ContactRecord, int]:
    """The one contact, and how many contributions it has."""
    contacts = Contacts({}, History(Contact))
    for each in events:
        contacts.fold(each, NOON)
    return contacts.made[0], max(1, len(contacts.history.kept))


@pytest.mark.parametrize("time", [None, NOON])
@pytest.mark.parametrize("policy", ["update", "overwrite"])
def test_the_only_event_again_adds_nothing(time: datetime | None, policy: Policy) -> None:
    assert told(*[event("Ana", time, policy)] * 3)[1] == 1


def test_an_event_with_a_time_is_known_again_behind_any_others() -> None:
    one, two = event("Ana", NOON), event("Ben", NOON.replace(hour=13))
    assert told(one, two, one, two, one)[1] == 2


def test_the_same_words_at_another_time_are_another_event() -> None:
    assert told(event("Ana", NOON), event("Ana", NOON.replace(hour=13)))[1] == 2


def test_what_overwrites_without_a_time_may_be_a_change_back() -> None:
    one, two = event("Ana", None, "overwrite"), event("Ben", None, "overwrite")
    record, contributions = told(one, two, one, one)
    assert (record.name, contributions) == ("Ana", 3)


def test_what_fills_without_a_time_is_known_again_behind_any_others() -> None:
    assert told(*[event("Ana", None), event("Ben", None)] * 5)[1] == 2


def test_a_row_of_an_import_always_contributes() -> None:
    row = {"importid": "00000000-0000-0000-0000-000000000001"}
    assert told(event("Ana", None, sequence=1, **row), event("Ana", None, sequence=2, **row))[1] == 2
