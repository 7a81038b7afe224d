"""How rows are counted, and what an undo leaves (rules §6, §7): by hand, and for any messy archives."""

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reference.archives import archives, messy_archive
from tests.reference.build import ANA, BEN, OURS, archive_of, text_from
from tests.reference.fold import POLICIES, Tenant, file_after_file
from tests.reference.model import Counts
from tests.reference.parse import read_archive

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ANY_POLICY = st.sampled_from(POLICIES)


def test_every_row_ends_as_exactly_one_of_the_four() -> None:
    rows = [
        {"phone": ANA, "city": "", "email": ""},
        {"phone": ANA, "city": "Rome", "email": ""},
        {"phone": ANA, "city": "Oslo", "email": "ana@example.com"},
        {"phone": "000-000-0000", "city": "", "email": ""},
        {"phone": ANA, "city": "", "email": "ana2@example.com"},
    ]
    counts = Tenant().import_archive(archive_of(contacts=rows), "i1")
    assert counts["contacts"] == Counts(rows=5, new=1, updated=2, skipped=1, failed=1)


def test_a_duration_of_0_seconds_fills_one_that_nobody_told() -> None:
    call = {"from": ANA, "to": OURS, "direction": "inbound", "started_at": "2024-03-09T17:00:00Z"}
    counts = Tenant().import_archive(archive_of(calls=[call, call | {"duration_seconds": "0"}]), "i1")
    assert counts["calls"] == Counts(rows=2, new=1, updated=1)


def test_a_further_key_or_external_id_is_no_change() -> None:
    rows = [
        {"external_contact_id": "", "phone": ANA, "email": "ana@example.com", "phone_2": BEN},
        {"external_contact_id": "c1", "phone": ANA, "email": "other@example.com", "phone_2": ""},
    ]
    counts = Tenant().import_archive(archive_of(contacts=rows), "i1")
    assert counts["contacts"] == Counts(rows=2, new=1, skipped=1)


def test_undo_leaves_what_others_said_and_a_duplicate_row_keeps_the_record() -> None:
    tenant = Tenant()
    tenant.import_archive(archive_of(contacts=[{"phone": ANA, "first_name": "Ana", "city": "Rome"}]), "i1")
    tenant.import_archive(archive_of(contacts=[{"phone": ANA, "first_name": "Anna"}, {"phone": BEN}]), "i2")
    tenant.undo("i1")
    shown = [(c["phone"], c["first_name"], c["city"]) for c in tenant.snapshot()["contacts"]]
    assert sorted(shown) == [(ANA, "Anna", None), (BEN, None, None)]


def test_undo_makes_a_stub_of_a_conversation_that_messages_still_use() -> None:
    tenant = Tenant()
    row = {"external_conversation_id": "v1", "our_number": OURS, "contact_phone": ANA, "name": "Ana"}
    tenant.import_archive(archive_of(conversations=[row]), "i1")
    tenant.import_archive(archive_of(messages=[text_from(ANA, "hi", external_conversation_id="v1")]), "i2")
    tenant.undo("i1")
    assert [(c["is_stub"], c["name"]) for c in tenant.snapshot()["conversations"]] == [(True, None)]
    tenant.undo("i2")
    assert tenant.snapshot()["conversations"] == []


def test_a_further_message_of_a_duplicate_keeps_a_match_by_key_whole_after_undo() -> None:
    tenant = Tenant()
    tenant.import_archive(archive_of(messages=[text_from(ANA, "hi", at="2024-03-09T17:00:00.1Z")]), "i1")
    tenant.import_archive(archive_of(messages=[text_from(ANA, "hi", at="2024-03-09T17:00:00.9Z")]), "i2")
    tenant.undo("i1")
    [message] = tenant.snapshot()["messages"]
    assert (message["our_number"], message["sent_at"].microsecond) == (OURS, 900_000)


@FEW
@given(archives(), archives(), ANY_POLICY, ANY_POLICY)
def test_new_updated_skipped_and_failed_make_the_rows(one: bytes, two: bytes, first: str, second: str) -> None:
    tenant = Tenant()
    for n, (data, policy) in enumerate(((one, first), (two, second))):
        archive = read_archive(data)
        for entity, counts in tenant.import_archive(archive, f"i{n}", policy).items():
            figures = counts.as_dict()
            assert figures.pop("rows") == sum(figures.values()) == len(archive.rows[entity])


@FEW
@given(archives(), st.sampled_from(("update", "skip")), st.booleans())
def test_the_same_archive_again_is_neither_new_nor_updated(data: bytes, policy: str, tagged: bool) -> None:
    tenant, archive = Tenant(), read_archive(data)
    first = tenant.import_archive(archive, "i1", policy)
    again = tenant.import_archive(archive, "i2", policy, ["again"] if tagged else [])
    for entity, counts in again.items():
        assert (counts.new, counts.updated, counts.failed) == (0, 0, first[entity].failed)


@FEW
@given(archives(), archives(), ANY_POLICY, st.randoms(use_true_random=False))
def test_nothing_depends_on_the_order_between_topics(before: bytes, data: bytes, policy: str, rnd: Random) -> None:
    one, other, archive = Tenant(), Tenant(), read_archive(data)
    order = file_after_file(archive)
    rnd.shuffle(order)
    for tenant in (one, other):
        tenant.import_archive(read_archive(before, source="before"), "i1")
    assert one.import_archive(archive, "i2", policy) == other.import_archive(archive, "i2", policy, order=order)
    assert one.snapshot() == other.snapshot()


@FEW
@given(archives(), archives(), ANY_POLICY)
def test_a_dry_run_predicts_the_figures_and_changes_nothing(before: bytes, data: bytes, policy: str) -> None:
    tenant, archive = Tenant(), read_archive(data)
    tenant.import_archive(read_archive(before), "i1")
    untouched = tenant.snapshot()
    dry = tenant.dry(archive, "dry", policy)
    assert tenant.snapshot() == untouched
    assert tenant.import_archive(archive, "i2", policy) == dry


@FEW
@given(archives(), archives(), ANY_POLICY, ANY_POLICY)
def test_undoing_the_last_import_ends_where_it_began(one: bytes, two: bytes, first: str, second: str) -> None:
    tenant = Tenant()
    tenant.import_archive(read_archive(one), "i1", first, ["one"])
    before = tenant.snapshot()
    tenant.import_archive(read_archive(two), "i2", second, ["two"])
    tenant.undo("i2")
    assert tenant.snapshot() == before
    tenant.undo("i1")
    assert not any(tenant.snapshot().values())


def test_a_messy_archive_depends_on_its_seed_alone_and_is_messy() -> None:
    data = messy_archive(7, 200, 100, 300, 100)
    assert data == messy_archive(7, 200, 100, 300, 100)
    archive = read_archive(data)
    counts = Tenant().import_archive(archive, "i1")
    assert list(counts) == ["contacts", "conversations", "messages", "calls"]
    assert all(c.new and c.updated and c.skipped and c.failed for c in counts.values())
