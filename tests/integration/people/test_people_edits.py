"""A contact changed and deleted by people: what stands then, what is refused and how, and what brings it back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ringback.postgres.locks import lock_tenants
from tests.integration.people.people import People

ANA = {"external_id": "1", "first_name": "Ana", "phone": "+14155550101", "email": "ana@example.com", "tags": ["gold"]}
BEN = {"external_id": "2", "first_name": "Ben", "phone": "+14155550102", "company": "Acme"}


def now() -> datetime:
    return datetime.now(UTC)


async def test_what_is_sent_is_set_null_clears_and_the_rest_stays(people: People) -> None:
    ana, _ = await people.import_rows(ANA | {"custom": {"shoe": "44", "hat": "7"}}, BEN)
    said = {"company": "Acme", "email": None, "title": " ", "custom": {"hat": None, "vip": "yes"}}
    changed = await people.patch(ana, said | {"tags": {"add": ["new"], "remove": ["gold"]}, "lists": {"add": ["June"]}})
    assert changed == await people.get(f"/v1/contacts/{ana}")
    kept = {name: changed[name] for name in ("first_name", "company", "email", "title", "custom", "tags", "lists")}
    assert kept == {
        "first_name": "Ana",
        "company": "Acme",
        "email": None,
        "title": None,
        "custom": {"shoe": "44", "vip": "yes"},
        "tags": ["new"],
        "lists": ["June"],
    }
    assert [each["name"] for each in (await people.get("/v1/lists"))["items"]] == ["June"]


async def test_what_a_person_said_no_file_changes_and_an_older_event_neither(people: People) -> None:
    before = now()
    [ana] = await people.import_rows(ANA)
    changed = await people.patch(ana, {"first_name": "Anna", "email": None, "tags": {"remove": ["gold"]}})
    assert await people.import_rows(ANA, policy="overwrite") == [ana]
    assert await people.tell(before, **ANA) == [ana]
    after = await people.get(f"/v1/contacts/{ana}")
    assert {**after, "updated_at": ""} == {**changed, "updated_at": ""}
    await people.tell(now(), external_id="1", first_name="Annie", tags=["gold"])
    after = await people.get(f"/v1/contacts/{ana}")
    assert (after["first_name"], after["tags"], after["email"]) == ("Annie", ["gold"], None)


async def test_an_edit_is_later_than_all_that_the_person_saw_whatever_clock_told_it(people: People) -> None:
    [ana] = await people.tell(now() + timedelta(days=1), **ANA)
    assert (await people.patch(ana, {"first_name": "Anna"}))["first_name"] == "Anna"


async def test_a_phone_or_email_of_another_contact_is_a_conflict_that_names_it(people: People) -> None:
    ana, ben = await people.import_rows(ANA, BEN)
    for field, value in (("phone", ANA["phone"]), ("email", "ANA@example.com")):
        problem = await people.patch(ben, {field: value, "company": "lost"}, 409)
        assert (problem["contact_id"], problem["field"]) == (ana, field)
        assert "Ana" not in problem["title"] and str(ana) in problem["detail"]
    assert (await people.get(f"/v1/contacts/{ben}"))["company"] == "Acme"
    changed = await people.patch(ben, {"phone": "+14155550109"})
    assert changed["numbers"] == ["+14155550102", "+14155550109"]
    assert (await people.patch(ben, {"phone": BEN["phone"]}))["phone"] == BEN["phone"]


async def test_numbers_and_addresses_are_read_like_a_rows_or_refused_by_name(people: People) -> None:
    [ana] = await people.import_rows(ANA)
    changed = await people.patch(
        ana, {"phone": "+1 (415) 555-0190", "phone_2": "+44 20 7946 0000", "email": " a@B.example "}
    )
    assert (changed["phone"], changed["phone_2"], changed["email"]) == ("+14155550190", "+442079460000", "a@b.example")
    problem = await people.patch(ana, {"phone": "+1 415 555", "email": "nobody", "company": "x"}, 422)
    assert [each["where"] for each in problem["errors"]] == [["body", "phone"], ["body", "email"]]
    assert "+14155552671" in problem["errors"][0]["detail"]
    away = await people.patch(ana, {"phone": "415 555 0191"}, 503)
    assert "+14155552671" in away["detail"] and away["away"] == ["ingest"]


@pytest.mark.parametrize(
    "said",
    [
        {"unknown": "x"},
        {"company": "x" * 1_001},
        {"company": "a\0b"},
        {"company": "\ud800"},
        {"custom": {"": "x"}},
        {"custom": {"a": "x" * 32_769}},
        {"tags": {"add": ["a;b"]}},
        {"tags": {"add": ["a"], "remove": ["a "]}},
        {"phone": None, "email": ""},
        ["company"],
    ],
)
async def test_what_no_row_could_say_is_refused_and_nothing_changes(people: People, said: Any) -> None:
    [ana] = await people.import_rows(ANA)
    before = await people.get(f"/v1/contacts/{ana}")
    await people.patch(ana, said, 422)
    assert await people.get(f"/v1/contacts/{ana}") == before


async def test_an_edit_of_what_was_changed_meanwhile_is_refused(people: People) -> None:
    [ana] = await people.import_rows(ANA)
    tag = (await people.ask("GET", f"/v1/contacts/{ana}")).headers["etag"]
    changed = await people.ask("PATCH", f"/v1/contacts/{ana}", json={"title": "Dr"}, headers={"If-Match": tag})
    assert changed.status_code == 200 and changed.headers["etag"] not in ("", tag)
    await people.patch(ana, {"title": "Ms"}, 412, **{"If-Match": tag})
    assert (await people.ask("DELETE", f"/v1/contacts/{ana}", headers={"If-Match": tag})).status_code == 412
    await people.patch(ana, {"title": "Ms"}, **{"If-Match": "*"})


async def test_a_deleted_contact_is_not_there_and_its_phone_makes_a_new_one(people: People) -> None:
    ana, ben = await people.import_rows(ANA, BEN)
    assert (await people.ask("DELETE", f"/v1/contacts/{ana}")).status_code == 204
    for method, path in (("GET", ""), ("GET", "/timeline"), ("PATCH", ""), ("DELETE", "")):
        answer = await people.ask(method, f"/v1/contacts/{ana}{path}", json={})
        assert answer.status_code == 404
    assert await people.names() == ["Ben"]
    assert await people.names(participant=ANA["phone"]) == await people.names(q="ana") == []
    await people.patch(ben, {"email": ANA["email"]})
    new = (await people.import_rows({**ANA, "email": None}))[-1]
    assert new not in (ana, ben) and await people.names(participant=ANA["phone"]) == ["Ana"]


async def test_a_newer_live_event_of_its_id_revives_it_with_the_keys_that_nobody_took(people: People) -> None:
    before = now()
    [ana] = await people.import_rows(ANA)
    await people.ask("DELETE", f"/v1/contacts/{ana}")
    assert await people.tell(before, **ANA, title="Dr") == []
    [cat] = await people.import_rows({"first_name": "Cat", "email": ANA["email"]})
    assert await people.tell(now(), external_id="1", company="Acme") == [ana, cat]
    revived = await people.get(f"/v1/contacts/{ana}")
    assert (revived["company"], revived["title"], revived["numbers"]) == ("Acme", "Dr", [ANA["phone"]])
    assert await people.tell(now(), email=ANA["email"], title="Ms") == [ana, cat]
    assert (await people.get(f"/v1/contacts/{cat}"))["title"] == "Ms"


async def test_a_live_event_of_no_id_makes_a_new_contact_of_a_deleted_ones_phone(people: People) -> None:
    [ana] = await people.import_rows(ANA)
    await people.ask("DELETE", f"/v1/contacts/{ana}")
    [new] = await people.tell(now(), phone=ANA["phone"])
    assert new != ana


async def test_an_edit_is_a_contribution_with_its_time_beside_the_first(people: People) -> None:
    [ana] = await people.import_rows(ANA)
    await people.patch(ana, {})
    await people.patch(ana, {"title": "Dr", "email": None})
    await people.ask("DELETE", f"/v1/contacts/{ana}")
    kept = "SELECT kind, outcome, said, source_time FROM contributions WHERE record_id = $1 ORDER BY arrival"
    row, edited, deleted = await people.writer.fetch(kept, ana)
    assert (row["kind"], row["said"]["email"], row["source_time"]) == ("row", ANA["email"], None)
    assert tuple(edited)[:3] == ("edit", "updated", {"fields": {"title": "Dr", "email": None}})
    assert tuple(deleted)[:3] == ("edit", "updated", {"deletes": True})
    assert edited["source_time"] < deleted["source_time"]


async def test_an_edit_never_meets_a_batch_half_done_and_says_when_it_has_waited_long(people: People) -> None:
    [ana] = await people.import_rows(ANA)
    async with people.writer.transaction():
        await lock_tenants(people.writer, [people.tenant])
        problem = await people.patch(ana, {"title": "Dr"}, 503)
        assert problem["title"] == "The database is away"
    await people.patch(ana, {"title": "Dr"})


async def test_a_viewer_changes_nothing_and_what_a_member_did_is_written_down(people: People) -> None:
    [ana] = await people.import_rows(ANA)
    path = f"/v1/contacts/{ana}"
    assert (await people.ask("PATCH", path, "viewer", json={})).status_code == 403
    assert (await people.ask("DELETE", path, "viewer")).status_code == 403
    await people.patch(ana, {"title": "Dr"})
    told = "SELECT role, status FROM audit_log WHERE path = $1 AND stage = 'answered' ORDER BY at"
    rows = await people.writer.fetch(told, path)
    assert [tuple(each) for each in rows] == [("viewer", 403), ("viewer", 403), ("member", 200)]
