"""Imports taken back, in any order, among live events and people's edits: only what they alone said goes (rules §7)."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from hypothesis import assume, given
from hypothesis import strategies as st

from ringback.events import ImportClose, ImportClosed, ImportUndo, ImportUndone, MatchOn, Policy
from ringback.ledger.intake import Received
from services.ingest.parse import Bad
from services.ingest.sender.encoding import RECORDED
from tests.integration.fold.both import Both
from tests.integration.fold.campaign import examples
from tests.integration.fold.course import Import, Upload, live_steps
from tests.integration.fold.people import delete_some, edit_some
from tests.integration.fold.refolded import contributions, natural_key, records
from tests.integration.fold.test_contributions import give_the_records_again
from tests.integration.fold.three_services import DOMAINS, Services
from tests.reference.archives import ArchivePlan, archive_plans
from tests.reference.fold import MATCH_ON, POLICIES

SEEDS = st.integers(0, 2**16)
WAYS = st.tuples(st.sampled_from(POLICIES), st.sampled_from(MATCH_ON))
Way = tuple[Policy, MatchOn]
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def commands(it: Import, undo: UUID, most: int) -> list[Received]:
    """As ingest sends them: so many that each row's record is met, and a close behind."""
    envelope: dict[str, Any] = {"specversion": "1.0", "source": "/tests", "importid": str(undo)}
    envelope |= {"tenant": it.tenant_id, "partitionkey": it.tenant_id}
    sent = []
    for entity, rows in it.upload.product.rows.items():
        count = -(-len(rows) // most)
        command = ImportUndo(undoes=str(it.id), most=most)
        for number in range(1, count + 1):
            sent.append(Received(entity, ImportUndone(id=str(number), sequence=number, data=command, **envelope)))
        close = ImportClose(entities=list(it.upload.product.rows))
        sent.append(Received(entity, ImportClosed(id="close", sequence=count + 1, data=close, **envelope)))
    return sent


async def take_back(both: Both, it: Import) -> dict[str, Counter[str]]:
    """In the product and in the reference; what it counted, by entity."""
    undo = uuid4()
    await both.services.receive(commands(it, undo, both.rnd.choice((1, 2, 1_000))), both.rnd)
    both.reference.undo(str(it.id))
    counted = {}
    for connection in both.services.connections.values():
        for row in await connection.fetch("SELECT * FROM ledger WHERE import_id = $1", undo):
            assert row["closed"] and row["new"] == row["updated"] == row["skipped"] == row["failed"] == 0
            counted[row["entity"]] = Counter({name: row[name] for name in ("removed", "restored", "kept")})
    return counted


async def standing(services: Services, tenant: str) -> Any:
    """All records as they are shown, how many contributions each kind has, and which lists there are."""
    kept = Counter[tuple[str, str]]()
    for domain in DOMAINS:
        rows = await services.connections[domain.name].fetch(
            "SELECT entity, kind, count(*) FROM contributions WHERE tenant_id = $1 GROUP BY 1, 2", tenant
        )
        kept.update({(entity, kind): count for entity, kind, count in rows})
    names = await services.connections["contacts"].fetch(
        "SELECT name FROM contact_lists WHERE tenant_id = $1 ORDER BY name", tenant
    )
    return await services.snapshot(tenant), kept, [name for (name,) in names]


@examples(20)
@given(archive_plans(), archive_plans(), archive_plans(max_rows=4), WAYS, WAYS, SEEDS)
async def test_an_undo_takes_out_what_the_import_alone_said_and_people_and_others_keep_theirs(
    services: Services, one: ArchivePlan, two: ArchivePlan, told: ArchivePlan, first: Way, second: Way, seed: int
) -> None:
    both = Both(services, seed)
    a = Import(both.id, Upload.of(one.zip(), "crm"), first[0], ("one",), match_on=first[1])
    await both.run(a)
    await edit_some(both, [NOON])
    await delete_some(both, NOON, 1)
    upload = Upload.of(two.zip(), both.rnd.choice(("crm", "dialer")))
    b = Import(both.id, upload, second[0], ("two",), match_on=second[1])
    live = live_steps(both.id, Upload.of(told.zip(), "phone system"), (NOON for _ in iter(int, 1)))
    await both.run(b, live)
    await edit_some(both, [NOON])
    for it in both.rnd.sample((a, b), 2):
        borne = await bearing(both, it)
        counted = await take_back(both, it)
        assert {entity: sum(each.values()) for entity, each in counted.items() if sum(each.values())} == borne
        assert await bearing(both, it) == {}
        await both.agree()
        await give_the_records_again(services, both.id)


@examples(10)
@given(archive_plans(), archive_plans(), archive_plans(), WAYS, WAYS, SEEDS)
async def test_two_imports_undone_in_either_order_leave_the_tables_as_before_both(
    services: Services, before: ArchivePlan, one: ArchivePlan, two: ArchivePlan, first: Way, second: Way, seed: int
) -> None:
    both = Both(services, seed)
    await both.run(Import(both.id, Upload.of(before.zip(), "crm"), "update"))
    await edit_some(both, [NOON])
    stood = await standing(services, both.id)
    a = Import(both.id, Upload.of(one.zip(), "crm"), first[0], ("one",), match_on=first[1])
    b = Import(both.id, Upload.of(two.zip(), "dialer"), second[0], ("two",), match_on=second[1])
    await both.run(a)
    await both.run(b)
    for it in both.rnd.sample((a, b), 2):
        await take_back(both, it)
    assert await standing(services, both.id) == stood


async def bearing(both: Both, it: Import) -> dict[str, int]:
    """How many records the import contributes to, by entity."""
    borne = {}
    for domain in DOMAINS:
        connection = both.services.connections[domain.name]
        for entity in domain.entities:
            kept = await contributions(connection, entity, both.id, await records(connection, entity, both.id))
            own = [each for each in kept.values() if any(part.event and part.event.importid == it.id for part in each)]
            if own:
                borne[entity] = len(own)
    return borne


@examples(40)
@given(archive_plans(max_rows=5), archive_plans(max_rows=4), archive_plans(max_rows=5), WAYS, WAYS, SEEDS)
async def test_one_of_two_imports_undone_leaves_what_the_other_alone_leaves(
    services: Services, before: ArchivePlan, one: ArchivePlan, two: ArchivePlan, first: Way, second: Way, seed: int
) -> None:
    """Where none of the other's ids, phones and emails was known only through the one that is undone.

    Nor had an id brought several natural keys to one record: rows that were found to be one stay one.
    """
    uploads = [Upload.of(plan.zip(), source) for plan, source in ((before, "crm"), (one, "crm"), (two, "dialer"))]
    stood, a, b = (known(each) for each in uploads)
    assume(second[0] in ("update", "overwrite") and not b & (a - stood))
    assume(not set(lines(uploads[2]).values()) & moved(uploads[0], uploads[1]))
    with_a, without_a = Both(services, seed), Both(services, seed)
    for both in (with_a, without_a):
        await both.run(Import(both.id, uploads[0], "update"))
    it = Import(with_a.id, uploads[1], first[0], ("one",), match_on=first[1])
    await with_a.run(it)
    for both in (with_a, without_a):
        await both.run(Import(both.id, uploads[2], second[0], ("two",), match_on=second[1]))
    await take_back(with_a, it)
    shown, alone = [await services.snapshot(both.id) for both in (with_a, without_a)]
    assert only_in(shown, alone) == only_in(alone, shown) == []


def lines(upload: Upload) -> dict[tuple[str, str, int], Any]:
    """The natural key of each row that has one, by its kind, its id and its number."""
    found: dict[tuple[str, str, int], Any] = {}
    for entity in ("conversations", "messages", "calls"):
        for row in upload.product.rows.get(entity, ()):
            if not isinstance(row, Bad):
                event = RECORDED[entity](
                    specversion="1.0", id="", source="/", tenant="", partitionkey="", data=row.data
                )
                found[entity, row.data.external_id or "", row.number] = natural_key(entity, event)
    return {name: key for name, key in found.items() if key is not None}


def moved(*uploads: Upload) -> set[Any]:
    """Natural keys of records of which one id told by several."""
    told: dict[tuple[str, str], set[Any]] = {}
    for upload in uploads:
        for (entity, external_id, _), key in lines(upload).items():
            told.setdefault((entity, external_id), set()).add(key)
    return {key for (_, external_id), keys in told.items() if external_id and len(keys) > 1 for key in keys}


def only_in(one: dict[str, list[Any]], other: dict[str, list[Any]]) -> list[Any]:
    """Records that the other does not have, and so is to be told of a difference."""
    return [(entity, each) for entity, records in one.items() for each in records if each not in other[entity]]


def known(upload: Upload) -> set[tuple[str, ...]]:
    """By what records and people are known in it: ids, conversations' names, phones and emails."""
    found: set[tuple[str, ...]] = set()
    for entity, rows in upload.product.rows.items():
        for row in rows:
            if isinstance(row, Bad):
                continue
            data: Any = row.data
            ids = {entity: data.external_id, "conversations": getattr(data, "external_conversation_id", None)}
            if entity == "conversations":
                ids = {entity: data.external_id}
            found |= {("id", kind, data.source, number) for kind, number in ids.items() if number is not None}
            if entity == "contacts":
                found |= {("phone", data.phone)} if data.phone else set()
                found |= {("email", data.email.lower())} if data.email else set()
    return found
