"""When two records are the same (rules §4), worked out by hand."""

from tests.reference.build import ANA, BEN, OURS, Rows, archive_of, text_from
from tests.reference.fold import Tenant
from tests.reference.model import Counts

Outcome = tuple[Tenant, dict[str, Counts]]


def imported(*, source: str = "crm", into: Tenant | None = None, policy: str = "update", **files: Rows) -> Outcome:
    """The tenant after the import, and its counts."""
    tenant = into or Tenant()
    counts = tenant.import_archive(archive_of(source=source, **files), f"import-{source}", policy)
    return tenant, counts


def ids(tenant: Tenant, entity: str) -> list[list[str]]:
    """The external ids of each record, without their source."""
    return sorted([i for _, i in record["external_ids"]] for record in tenant.snapshot()[entity])


def test_r1_comes_before_the_natural_key() -> None:
    rows = [
        text_from(ANA, "hi", external_message_id="m1"),
        text_from(ANA, "ho", external_message_id="m2"),
        text_from(ANA, "hi", external_message_id="m2"),
    ]
    tenant, counts = imported(messages=rows)
    assert counts["messages"] == Counts(rows=3, new=2, skipped=1)
    assert ids(tenant, "messages") == [["m1"], ["m2"]]


def test_two_equal_texts_in_one_second_told_apart_by_their_sender_are_two() -> None:
    rows = [text_from(ANA, "hi", external_message_id=i) for i in ("m1", "m2")]
    _, counts = imported(messages=rows)
    assert counts["messages"] == Counts(rows=2, new=2)


def test_r2_joins_a_row_of_another_source_and_adds_its_id() -> None:
    tenant, _ = imported(messages=[text_from(ANA, "hi", external_message_id="m1")])
    _, counts = imported(into=tenant, source="sms", messages=[text_from(ANA, "hi", external_message_id="s9")])
    assert counts["messages"] == Counts(rows=1, skipped=1)
    assert tenant.snapshot()["messages"][0]["external_ids"] == [("crm", "m1"), ("sms", "s9")]


def test_a_row_without_an_id_takes_the_oldest_whatever_ids_it_bears() -> None:
    rows = [text_from(ANA, "hi", external_message_id=i) for i in ("m1", "m2")]
    tenant, counts = imported(messages=[*rows, text_from(ANA, "hi", status="delivered")])
    assert counts["messages"] == Counts(rows=3, new=2, updated=1)
    assert [m["status"] for m in tenant.snapshot()["messages"]] == ["delivered", None]


def test_the_key_of_a_message_is_to_the_second_nfc_trimmed_and_of_one_newline() -> None:
    rows = [
        text_from(ANA, "café\nau lait", at="2024-03-09T17:00:00.900Z"),
        text_from(ANA, " cafe\u0301\r\nau lait ", at="2024-03-09T17:00:00.100Z"),
        text_from(ANA, "café\nau lait", at="2024-03-09T17:00:01Z"),
    ]
    _, counts = imported(messages=rows)
    assert counts["messages"] == Counts(rows=3, new=2, skipped=1)


def test_a_contacts_phone_finds_it_before_its_email_and_the_email_of_another_is_a_conflict() -> None:
    rows = [
        {"phone": ANA, "email": "ana@example.com", "company": ""},
        {"phone": BEN, "email": "ben@example.com", "company": ""},
        {"phone": ANA, "email": "BEN@example.com", "company": "Acme"},
    ]
    tenant, counts = imported(contacts=rows)
    assert counts["contacts"] == Counts(rows=3, new=2, updated=1)
    assert tenant.conflicts == [("import-crm", ("email", "ben@example.com"))]
    assert [c["company"] for c in tenant.snapshot()["contacts"] if c["phone"] == ANA] == ["Acme"]


def test_every_key_ever_admitted_finds_its_contact_shown_or_not_but_a_phone_2_column_does_not() -> None:
    rows = [
        {"phone": ANA, "email": "ana@example.com", "phone_2": "+14152000009"},
        {"phone": BEN, "email": "ana@example.com", "phone_2": ""},
        {"phone": BEN, "email": "", "phone_2": ""},
        {"phone": "+14152000009", "email": "", "phone_2": ""},
    ]
    tenant, counts = imported(contacts=rows)
    assert counts["contacts"] == Counts(rows=4, new=2, skipped=2)
    assert sorted(len(c["keys"]) for c in tenant.snapshot()["contacts"]) == [1, 3]


def test_a_shared_phone_does_not_join_two_external_ids_of_one_source() -> None:
    rows = [{"external_contact_id": i, "phone": ANA, "first_name": i} for i in ("c1", "c2")]
    tenant, counts = imported(contacts=rows)
    assert counts["contacts"] == Counts(rows=2, new=2)
    assert [c["phone"] for c in tenant.snapshot()["contacts"] if c["first_name"] == "c2"] == [None]
    _, counts = imported(into=tenant, source="dialer", contacts=[{"external_contact_id": "d1", "phone": ANA}])
    assert counts["contacts"] == Counts(rows=1, skipped=1)
    assert ids(tenant, "contacts") == [["c1", "d1"], ["c2"]]


def test_match_on_phone_uses_the_email_only_for_rows_without_a_phone() -> None:
    tenant, _ = imported(contacts=[{"phone": ANA, "email": "ana@example.com"}])
    rows = [{"phone": BEN, "email": "ana@example.com"}, {"phone": "", "email": "ana@example.com"}]
    assert tenant.dry(archive_of(contacts=rows), "d")["contacts"] == Counts(rows=2, skipped=1, updated=1)
    counts = tenant.import_archive(archive_of(contacts=rows), "i", match_on="phone")
    assert counts["contacts"] == Counts(rows=2, new=1, skipped=1)


def test_match_on_email_uses_the_phone_only_for_rows_without_an_email() -> None:
    tenant, _ = imported(contacts=[{"phone": ANA, "email": "ana@example.com"}])
    rows = [{"phone": ANA, "email": "ben@example.com"}, {"phone": ANA, "email": ""}]
    counts = tenant.import_archive(archive_of(contacts=rows), "i", match_on="email")
    assert counts["contacts"] == Counts(rows=2, new=1, skipped=1)
    assert tenant.conflicts == [("i", ("phone", ANA))]


def test_whatever_is_matched_on_phone_and_email_are_admitted_and_find_the_contact_from_then_on() -> None:
    rows = [{"phone": ANA, "email": "ana@example.com"}, {"phone": ANA, "email": "other@example.com"}]
    tenant = Tenant()
    tenant.import_archive(archive_of(contacts=rows), "i", match_on="phone")
    assert [len(c["keys"]) for c in tenant.snapshot()["contacts"]] == [3]
    _, counts = imported(into=tenant, contacts=[{"phone": BEN, "email": "other@example.com"}])
    assert counts["contacts"] == Counts(rows=1, updated=1)


def test_an_external_id_finds_its_contact_whatever_is_matched_on() -> None:
    tenant, _ = imported(contacts=[{"external_contact_id": "c1", "phone": ANA}])
    rows = [{"external_contact_id": "c1", "phone": BEN, "email": "ana@example.com"}]
    for match_on in ("phone", "email"):
        counts = tenant.dry(archive_of(source="crm", contacts=rows), "i", match_on=match_on)
        assert counts["contacts"] == Counts(rows=1, updated=1)


def test_a_message_makes_its_conversation_as_a_stub_and_the_conversations_row_counts_as_new() -> None:
    tenant, counts = imported(messages=[text_from(ANA, "hi", external_conversation_id="v1")])
    assert list(counts) == ["messages"]
    assert [(c["is_stub"], c["participants"]) for c in tenant.snapshot()["conversations"]] == [(True, [ANA])]
    row = {"external_conversation_id": "v1", "our_number": "", "contact_phone": "", "name": "Ana"}
    _, counts = imported(into=tenant, conversations=[row])
    assert counts["conversations"] == Counts(rows=1, new=1)
    assert [(c["is_stub"], c["name"]) for c in tenant.snapshot()["conversations"]] == [(False, "Ana")]


def test_a_message_without_conversation_id_belongs_to_the_least_of_its_key() -> None:
    rows = [{"external_conversation_id": i, "our_number": OURS, "contact_phone": ANA} for i in ("v2", "v1")]
    tenant, _ = imported(conversations=rows, messages=[text_from(ANA, "hi"), text_from(BEN, "hi")])
    met = [message["conversation"] for message in tenant.snapshot()["messages"]]
    assert [c and c["external_ids"] for c in met] == [None, [("crm", "v1")]]


def test_calls_make_no_stubs_and_meet_their_conversation_by_number() -> None:
    call = {"from": ANA, "to": OURS, "started_at": "1709985600", "external_conversation_id": "v1"}
    tenant, _ = imported(calls=[call])
    assert tenant.snapshot()["conversations"] == []
    imported(into=tenant, conversations=[{"our_number": OURS, "contact_phone": ANA}])
    assert tenant.snapshot()["calls"][0]["conversation"] == {
        "external_ids": [],
        "our_number": OURS,
        "participants": [ANA],
    }
