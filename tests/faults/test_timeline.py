"""A contact's timeline on the real stack, beside what the reference says of the archive that was imported."""

from datetime import datetime
from typing import Any

import pytest_asyncio

from tests.faults.conftest import Tenants
from tests.faults.expected import Expected, expected
from tests.faults.shown import numbers
from tests.faults.tenant import Tenant

TIMES = {"message": "sent_at", "call": "started_at"}
SHOWN = ("our_number", "participants", "direction", "status")

Shown = dict[str, Any]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def told() -> Expected:
    return expected(29, 40, 30, 150, 120)


def said(kind: str, record: Shown) -> tuple[Any, ...]:
    """What tells records apart, and is the same in the product and the reference."""
    body = record["body"] if kind == "message" else record["ended_at"] and str(record["ended_at"])[:10]
    at = record[TIMES[kind]]
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment, kind, body, *(str(record[name]) for name in SHOWN)


def of_contact(snapshot: dict[str, list[Shown]], own: list[str]) -> list[tuple[Any, ...]]:
    """All messages and calls of the reference's in which one of the numbers took part."""
    records = [("message", each) for each in snapshot["messages"]] + [("call", each) for each in snapshot["calls"]]
    return sorted((said(*each) for each in records if set(each[1]["participants"]) & set(own)), key=str)


async def pages(tenant: Tenant, contact: Shown, limit: int, **query: Any) -> list[Shown]:
    items: list[Shown] = []
    page: Shown = {"next_cursor": None}
    while True:
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else {}
        page = await tenant.get(f"/v1/contacts/{contact['id']}/timeline", limit=limit, **cursor, **query)
        items += page["items"]
        if not page["next_cursor"]:
            return items


async def test_a_timeline_is_all_that_was_said_with_a_contact_by_any_of_its_numbers(
    tenants: Tenants, told: Expected
) -> None:
    async with tenants("timeline") as tenant:
        await tenant.imported(told.archive)
        contacts = await tenant.all("/v1/contacts")
        by_numbers = {tuple(numbers(each)): each for each in told.snapshot["contacts"]}
        owner = {number: each["id"] for each in contacts for number in each["numbers"]}
        lengths = []
        for contact in contacts:
            items = await pages(tenant, contact, 7)
            times = [datetime.fromisoformat(each["at"]) for each in items]
            assert times == sorted(times, reverse=True)
            assert tuple(contact["numbers"]) in by_numbers
            shown = sorted((said(each["kind"], each["record"]) for each in items), key=str)
            assert shown == of_contact(told.snapshot, contact["numbers"])
            for record in (each["record"] for each in items):
                known = [(each["participant"], each["id"]) for each in record["contacts"]]
                assert known == [(number, owner[number]) for number in record["participants"] if number in owner]
            lengths.append(len(items))
        assert sum(length > 7 for length in lengths) > 3


async def test_lists_name_the_contacts_that_took_part(tenants: Tenants) -> None:
    async with tenants("timeline") as tenant:
        contacts = await tenant.all("/v1/contacts")
        owner = {number: each for each in contacts for number in each["numbers"]}
        for path in ("/v1/conversations", "/v1/messages", "/v1/calls"):
            records = await tenant.all(path)
            assert any(record["contacts"] for record in records), path
            for record in records:
                known = [number for number in record["participants"] if number in owner]
                assert record["contacts"] == [
                    {"participant": each, "id": owner[each]["id"], "name": owner[each]["display_name"]}
                    for each in known
                ]
            single = records[0]
            assert await tenant.get(f"{path}/{single['id']}") == single
            assert (await tenant.get(path, limit=1, contacts=False))["items"][0]["contacts"] is None


async def test_another_tenants_contact_has_no_timeline_here(tenants: Tenants) -> None:
    async with tenants("timeline") as tenant, tenants("timeline-other") as other:
        contact = (await tenant.get("/v1/contacts", limit=1))["items"][0]
        assert await tenant.status(f"/v1/contacts/{contact['id']}/timeline") == 200
        assert await other.status(f"/v1/contacts/{contact['id']}/timeline") == 404


async def test_an_import_between_two_pages_takes_nothing_from_a_timeline(tenants: Tenants, told: Expected) -> None:
    async with tenants("timeline-growing") as tenant:
        await tenant.imported(told.archive)
        contacts = await tenant.all("/v1/contacts")
        timelines = {each["id"]: await pages(tenant, each, 200) for each in contacts}
        longest = max(contacts, key=lambda each: len(timelines[each["id"]]))
        before = [(each["kind"], each["record"]["id"]) for each in timelines[longest["id"]]]
        first = await tenant.get(f"/v1/contacts/{longest['id']}/timeline", limit=3)
        await tenant.imported(expected(31, 40, 30, 150, 120).archive)
        path = f"/v1/contacts/{longest['id']}/timeline"
        rest, cursor = list(first["items"]), first["next_cursor"]
        while cursor:
            page = await tenant.get(path, limit=3, cursor=cursor)
            rest, cursor = rest + page["items"], page["next_cursor"]
        found = [(each["kind"], each["record"]["id"]) for each in rest]
        assert len(set(found)) == len(found) > len(before)
        assert set(before) <= set(found)
        only = await pages(tenant, longest, 50, kind="call")
        assert {each["kind"] for each in only} == {"call"}
