"""What is stored of contributions is all that a record is: folded again from nothing they give it back (rules §7)."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import asyncpg
from hypothesis import given
from hypothesis import strategies as st

from ringback.events import Entity, MatchOn, Policy
from tests.integration.fold.both import Both
from tests.integration.fold.campaign import examples
from tests.integration.fold.course import Import, Step, Upload, live_steps, without_counting
from tests.integration.fold.people import delete_some, edit_some
from tests.integration.fold.refolded import Kept, again, contributions, natural_key, records, shown
from tests.integration.fold.three_services import DOMAINS, Services
from tests.reference.archives import ArchivePlan, archive_plans
from tests.reference.fold import MATCH_ON, POLICIES

SEEDS = st.integers(0, 2**16)
WAYS = st.tuples(st.sampled_from(POLICIES), st.sampled_from(MATCH_ON))
Way = tuple[Policy, MatchOn]
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def live(tenant: str, plan: ArchivePlan, rnd: Random) -> list[Step]:
    times = (NOON + timedelta(seconds=rnd.randrange(3)) for _ in iter(int, 1))
    return live_steps(tenant, Upload.of(plan.zip(), rnd.choice(("crm", "phone system"))), times)


@examples(20)
@given(archive_plans(), archive_plans(), archive_plans(max_rows=4), WAYS, WAYS, SEEDS)
async def test_folded_again_the_stored_contributions_give_the_stored_records(
    services: Services, one: ArchivePlan, two: ArchivePlan, told: ArchivePlan, first: Way, second: Way, seed: int
) -> None:
    both = Both(services, seed)
    await both.run(Import(both.id, Upload.of(one.zip(), "crm"), first[0], ("one",), match_on=first[1]))
    await edit_some(both, [NOON])
    await delete_some(both, NOON + timedelta(seconds=1), 1)
    upload = Upload.of(two.zip(), both.rnd.choice(("crm", "dialer")))
    await both.run(Import(both.id, upload, second[0], ("two",), match_on=second[1]), live(both.id, told, both.rnd))
    await edit_some(both, [NOON])
    await give_the_records_again(services, both.id)


@examples(10)
@given(archive_plans(), archive_plans(), WAYS, SEEDS)
async def test_what_an_import_made_and_changed_is_what_it_counted(
    services: Services, before: ArchivePlan, plan: ArchivePlan, way: Way, seed: int
) -> None:
    both = Both(services, seed)
    await both.run(Import(both.id, Upload.of(before.zip(), "crm"), "update"))
    it = Import(both.id, Upload.of(plan.zip(), "crm"), way[0], ("own",), match_on=way[1])
    await both.run(it)
    for domain in DOMAINS:
        connection = services.connections[domain.name]
        for entity in set(domain.entities) & set(it.counts):
            stored = await records(connection, entity, both.id)
            kept = await contributions(connection, entity, both.id, stored)
            did = Counter(each.outcome for all_of in kept.values() for each in all_of if each.event.importid == it.id)
            counts = it.counts[entity]
            assert (did["new"], did["updated"]) == (counts.new, counts.updated)
            assert did["skipped"] == (0 if way[0] == "skip" else counts.skipped)


@examples(10)
@given(archive_plans(), archive_plans(max_rows=4), WAYS, SEEDS)
async def test_a_live_event_that_comes_again_and_again_contributes_once(
    services: Services, plan: ArchivePlan, told: ArchivePlan, way: Way, seed: int
) -> None:
    both = Both(services, seed)
    events = live(both.id, told, both.rnd)
    await both.run(Import(both.id, Upload.of(plan.zip(), "crm"), way[0], match_on=way[1]), events)
    await services.receive(without_counting(events), both.rnd)
    await both.agree()
    # A row of which a key was left out, or that names a tag twice, is not known again by what is inline: once more.
    stored = await services.readable(both.id)
    await services.receive(without_counting(events), both.rnd)
    assert await services.readable(both.id) == stored


async def give_the_records_again(services: Services, tenant: str) -> None:
    for domain in DOMAINS:
        connection = services.connections[domain.name]
        for entity in domain.entities:
            stored = await records(connection, entity, tenant)
            kept = await contributions(connection, entity, tenant, stored)
            for number, record in stored.items():
                assert shown(again(entity, tenant, kept[number])) == shown(record), entity
            # Of a deleted contact anybody may bring the keys meanwhile.
            lasting = {number: each for number, each in stored.items() if not any(map(_deletes, kept[number]))}
            borne = {number: keys_of(entity, number, kept[number]) for number in lasting}
            found = await stored_keys(connection, entity, tenant, stored)
            assert borne == {number: found[number] for number in lasting}, entity


def _deletes(kept: Kept) -> bool:
    return kept.edit is not None and kept.edit.deletes


def keys_of(entity: Entity, number: int, kept: list[Kept]) -> dict[Any, Any]:
    """The external ids, and every key with the arrival that first bore it; a contact's keys have one bearer.

    The key of the first contribution is as old as the record, also where an undo has made that one the first.
    """
    keys: dict[Any, Any] = {}
    for each in kept:
        if each.edit is not None:
            keys |= dict.fromkeys(key[1:] for key in each.edit.keys(""))
            continue
        row = each.event.data
        if row.external_id is not None:
            keys["external", row.source, row.external_id] = None
        if entity == "contacts":
            found = {("phone", "", row.phone), ("email", "", row.email and row.email.lower())}
            keys |= dict.fromkeys(key for key in found if key[2] is not None)
        elif (key := natural_key(entity, each.event)) is not None:
            keys.setdefault(key, number if each is kept[0] else each.arrival)
    return keys


async def stored_keys(
    connection: asyncpg.Connection, entity: Entity, tenant: str, stored: dict[int, Any]
) -> dict[int, dict[Any, Any]]:
    """As `keys_of` has them."""
    keys: dict[int, dict[Any, Any]] = {number: {} for number in stored}
    if entity == "contacts":
        for row in await connection.fetch("SELECT * FROM contact_keys WHERE tenant_id = $1", tenant):
            keys[row["contact_id"]][row["kind"], row["source"], row["value"]] = None
        return keys
    singular = entity.removesuffix("s")
    for number, record in stored.items():
        if record.external_id is not None:
            keys[number]["external", record.source, record.external_id] = None
        if record.natural_key is not None:
            keys[number][record.natural_key] = number
    for row in await connection.fetch(f"SELECT * FROM {singular}_ids WHERE tenant_id = $1", tenant):
        keys[row["record_id"]]["external", row["source"], row["external_id"]] = None
    for row in await connection.fetch(f"SELECT * FROM {singular}_keys WHERE tenant_id = $1", tenant):
        keys[row["record_id"]][row["natural_key"]] = row["key_order"]
    return keys
