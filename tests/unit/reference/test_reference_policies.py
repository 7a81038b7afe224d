"""What a match does (rules §5; the readings on contacts), worked out by hand."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.reference.build import ANA, BEN, OURS, Rows, archive_of, text_from
from tests.reference.fold import Tenant
from tests.reference.model import Counts

EARLY, LATE = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 2, tzinfo=UTC)


def after(*imports: tuple[str, Rows], entity: str = "contacts") -> tuple[dict[str, Any], Counts]:
    """The one record there is after those imports under those policies, and the counts of the last."""
    tenant = Tenant()
    for n, (policy, rows) in enumerate(imports):
        counts = tenant.import_archive(archive_of(source="crm", **{entity: rows}), f"i{n}", policy)
    [record] = tenant.snapshot()[entity]
    return record, counts[entity]


def person(**columns: str) -> dict[str, str]:
    """A contact row of Ana's phone."""
    return {"phone": ANA} | columns


def test_update_fills_what_is_empty_and_never_replaces() -> None:
    first = person(first_name="Ana", city="", tags="a;b", Shoe="38")
    second = person(first_name="Anna", city="Rome", tags="b; c", Shoe="39", Hat="L")
    record, counts = after(("update", [first]), ("update", [second]))
    assert counts == Counts(rows=1, updated=1)
    assert (record["first_name"], record["city"], record["tags"]) == ("Ana", "Rome", ["a", "b", "c"])
    assert record["custom"] == {"Shoe": "38", "Hat": "L"}


def test_overwrite_replaces_what_the_row_says_and_what_it_leaves_empty_stays() -> None:
    first = person(first_name="Ana", city="Rome", Shoe="38")
    second = person(first_name="Anna", city="  ", Shoe="39")
    record, counts = after(("update", [first]), ("overwrite", [second]))
    assert counts == Counts(rows=1, updated=1)
    assert (record["first_name"], record["city"], record["custom"]) == ("Anna", "Rome", {"Shoe": "39"})


def test_skip_does_nothing_and_lays_no_claim() -> None:
    tenant = Tenant()
    tenant.import_archive(archive_of(contacts=[person()]), "i1")
    before = tenant.snapshot()
    row = person(external_contact_id="c1", city="Rome", email="ana@example.com")
    assert tenant.import_archive(archive_of(contacts=[row]), "i2", "skip")["contacts"] == Counts(rows=1, skipped=1)
    assert tenant.snapshot() == before
    tenant.undo("i1")
    assert tenant.snapshot()["contacts"] == []


def test_create_new_always_makes_a_record_and_ids_and_keys_stay() -> None:
    tenant = Tenant()
    for n in (1, 2):
        archive = archive_of(contacts=[person(external_contact_id="c1", city="Rome")])
        counts = tenant.import_archive(archive, f"i{n}", "create_new")
        assert counts["contacts"] == Counts(rows=1, new=1)
    shown = [(c["phone"], c["external_ids"], c["keys"], c["city"]) for c in tenant.snapshot()["contacts"]]
    assert sorted(shown, key=str) == [
        (ANA, [("parser-csv", "c1")], [("phone", ANA)], "Rome"),
        (None, [], [], "Rome"),
    ]


def test_under_update_a_differing_phone_goes_to_an_empty_phone_2_after_the_rows_own() -> None:
    first = person(email="a@example.com")
    other = {"phone": BEN, "email": "a@example.com"}
    record, counts = after(("update", [first]), ("update", [other]))
    assert (record["phone"], record["phone_2"], counts.updated) == (ANA, BEN, 1)
    record, _ = after(("update", [first]), ("update", [other | {"phone_2": OURS}]))
    assert (record["phone"], record["phone_2"]) == (ANA, OURS)
    record, _ = after(("update", [first]), ("overwrite", [other]))
    assert (record["phone"], record["phone_2"]) == (BEN, None)


def test_a_default_is_shown_but_never_stored_so_update_may_fill_it() -> None:
    record, _ = after(("update", [person()]))
    assert (record["opt_in_through"], record["conversation_status"]) == ("manual", "New")
    record, counts = after(("update", [person()]), ("update", [person(opt_in_through="web")]))
    assert (record["opt_in_through"], counts.updated) == ("web", 1)


def test_a_row_adds_its_list_and_the_imports_own_tag_is_no_change() -> None:
    tenant = Tenant()
    tenant.import_archive(archive_of(contacts=[person(list="Spring")]), "i1", tags=["march"])
    counts = tenant.import_archive(archive_of(contacts=[person(list="Spring")]), "i2", tags=["april"])
    assert counts["contacts"] == Counts(rows=1, skipped=1)
    counts = tenant.import_archive(archive_of(contacts=[person(list="Autumn")]), "i3")
    assert counts["contacts"] == Counts(rows=1, updated=1)
    [record] = tenant.snapshot()["contacts"]
    assert (record["tags"], record["lists"]) == (["april", "march"], ["Autumn", "Spring"])


@pytest.mark.parametrize(
    ("first", "then", "policy", "kept"),
    [
        ("sent", "delivered", "update", "delivered"),
        ("delivered", "sent", "overwrite", "delivered"),
        ("delivered", "undelivered", "update", "undelivered"),
        ("failed", "delivered", "overwrite", "failed"),
        ("delivered", "received", "update", "delivered"),
        ("weird", "queued", "update", "queued"),
        ("sent", "delivered", "skip", "sent"),
    ],
)
def test_a_message_status_takes_the_higher_rank_under_any_policy_but_skip(
    first: str, then: str, policy: str, kept: str
) -> None:
    rows = [text_from(ANA, "hi", status=status) for status in (first, then)]
    record, counts = after(("update", rows[:1]), (policy, rows[1:]), entity="messages")
    assert record["status"] == kept
    assert counts.updated == (kept != first)


def test_a_calls_ends_rank_in_the_order_of_the_rules() -> None:
    rows = [{"from": ANA, "to": OURS, "started_at": "1709985600", "status": s} for s in ("busy", "Missed", "abandoned")]
    record, counts = after(("update", rows), entity="calls")
    assert (record["status"], counts) == ("abandoned", Counts(rows=3, new=1, updated=1, skipped=1))


def test_a_match_by_id_may_move_the_key_and_a_match_by_key_never_changes_its_fields() -> None:
    first = text_from(ANA, "hi", at="2024-03-09T17:00:00.100Z")
    by_key = text_from(ANA, "hi ", at="2024-03-09T17:00:00.900Z", status="sent")
    record, _ = after(("update", [first]), ("overwrite", [by_key]), entity="messages")
    assert (record["sent_at"].microsecond, record["body"]) == (100_000, "hi ")
    by_id = [text_from(ANA, body, external_message_id="m1") for body in ("hi", "ho")]
    record, counts = after(("update", by_id[:1]), ("overwrite", [*by_id[1:], text_from(ANA, "ho")]), entity="messages")
    assert (record["body"], counts) == ("ho", Counts(rows=2, updated=1, skipped=1))


def test_a_timed_value_replaces_an_untimed_one_and_an_untimed_only_fills() -> None:
    tenant = Tenant()
    tenant.import_archive(archive_of(contacts=[person(first_name="File")]), "i1")
    assert tenant.live("contacts", person(first_name="Live"), at=EARLY, source="crm") == "updated"
    tenant.import_archive(archive_of(contacts=[person(first_name="File 2", city="Rome")]), "i2", "overwrite")
    [record] = tenant.snapshot()["contacts"]
    assert (record["first_name"], record["city"]) == ("Live", "Rome")


def test_of_two_timed_values_the_later_stays_and_at_equal_times_the_bytewise_greater() -> None:
    tenant = Tenant()
    said = [("B", LATE), ("C", EARLY), ("A", LATE), ("Ä", LATE)]
    endings = [tenant.live("contacts", person(first_name=n), at=at, source="crm") for n, at in said]
    assert endings == ["new", "skipped", "skipped", "updated"]
    assert tenant.snapshot()["contacts"][0]["first_name"] == "Ä"
