"""Lists of contacts, and the filters by which contacts are found."""

from typing import Any

import pytest

from tests.integration.people.people import People


def person(number: int, **more: Any) -> dict[str, Any]:
    return {"first_name": f"P{number}", "phone": f"+1415555{number:04}", **more}


async def lists(people: People) -> dict[str, int]:
    return {each["name"]: each["contacts"] for each in (await people.get("/v1/lists"))["items"]}


async def made(people: People, name: str) -> int:
    answer = await people.ask("POST", "/v1/lists", json={"name": name})
    assert answer.status_code == 201, answer.text
    assert answer.json()["contacts"] == 0
    return int(answer.json()["id"])


async def test_a_list_is_there_once_it_was_made_or_an_import_named_it(people: People) -> None:
    long = "名" * 1_000
    await made(people, long)
    await people.import_rows(person(1, lists=["Spring", long]), person(2, lists=["Spring"]))
    assert await lists(people) == {long: 1, "Spring": 2}
    assert (await people.ask("POST", "/v1/lists", json={"name": " Spring "})).status_code == 409
    assert [each["contacts"] for each in (await people.get("/v1/lists", name="Spring"))["items"]] == [2]
    first = await people.get("/v1/lists", limit=1)
    second = await people.get("/v1/lists", limit=1, cursor=first["next_cursor"])
    assert [each["name"] for each in first["items"] + second["items"]] == [long, "Spring"]


async def test_contacts_are_put_in_and_taken_out_all_or_none(people: People) -> None:
    one, two, three = await people.import_rows(person(1), person(2), person(3))
    number = await made(people, "June")
    path = f"/v1/lists/{number}/contacts"
    for said, moved in (({"add": [one, two]}, (2, 0)), ({"add": [two, three], "remove": [one]}, (1, 1))):
        answer = await people.ask("POST", path, json=said)
        assert (answer.json()["added"], answer.json()["removed"]) == moved
    missing = await people.ask("POST", path, json={"add": [one, 2**62]})
    assert missing.status_code == 404 and missing.json()["contact_ids"] == [2**62]
    assert await people.names(list="June") == ["P2", "P3"]
    assert (await people.ask("POST", path, json={"add": [one], "remove": [one]})).status_code == 422
    assert (await people.ask("POST", path, "viewer", json={})).status_code == 403


async def test_who_was_taken_out_stays_out_whatever_files_say(people: People) -> None:
    rows = person(1, lists=["June"]), person(2, lists=["June"])
    one, _ = await people.import_rows(*rows)
    number = (await people.get("/v1/lists"))["items"][0]["id"]
    await people.ask("POST", f"/v1/lists/{number}/contacts", json={"remove": [one]})
    await people.import_rows(*rows)
    assert await people.names(list="June") == ["P2"]


async def test_a_deleted_list_is_nobodys_and_an_import_that_names_it_makes_it_anew(people: People) -> None:
    rows = person(1, lists=["June", "July"]), person(2, lists=["June"])
    one, _ = await people.import_rows(*rows)
    number = (await people.get("/v1/lists", name="June"))["items"][0]["id"]
    await people.ask("POST", f"/v1/lists/{number}/contacts", json={"remove": [one]})
    assert (await people.ask("DELETE", f"/v1/lists/{number}")).status_code == 204
    assert (await people.ask("DELETE", f"/v1/lists/{number}")).status_code == 404
    assert await lists(people) == {"July": 1} and await people.names(list="June") == []
    await people.import_rows(*rows)
    assert await lists(people) == {"July": 1, "June": 2}


async def test_a_deleted_contact_is_in_no_list_and_no_count(people: People) -> None:
    one, _ = await people.import_rows(person(1, lists=["June"], tags=["a"]), person(2, lists=["June"], tags=["a"]))
    await people.ask("DELETE", f"/v1/contacts/{one}")
    assert await lists(people) == {"June": 1}
    assert await people.names(list="June") == await people.names(tag="a") == ["P2"]


async def test_a_dry_run_makes_no_list(people: People) -> None:
    await people.try_rows(person(1, lists=["June"]))
    assert await lists(people) == {} and await people.names() == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "łukasz"}, ["Łukasz"]),
        ({"q": " smith ZOË "}, ["Zoë"]),
        ({"q": "ACME"}, ["Ana", "Zoë"]),
        ({"q": "Zoë@Example"}, ["Zoë"]),
        ({"q": "(415) 555-0102"}, ["Zoë"]),
        ({"q": "020 7946 0000"}, ["Łukasz"]),
        ({"q": "55501"}, ["Ana", "Zoë"]),
        ({"q": "%"}, []),
        ({"q": "0"}, []),
        ({"q": "  "}, ["Ana", "Zoë", "Łukasz"]),
        ({"tag": "import:2026-11-21T16:00:00Z"}, ["Ana", "Zoë"]),
        ({"tag": ["import:2026-11-21T16:00:00Z", "gold"]}, ["Zoë"]),
        ({"tag": "gold", "list": "June"}, ["Łukasz"]),
        ({"list": ["June", "July"]}, ["Łukasz"]),
        ({"q": "acme", "tag": "gold", "limit": 1}, ["Zoë"]),
        ({"tag": "Gold"}, []),
    ],
)
async def test_contacts_are_found_by_words_digits_tags_and_lists(
    people: People, asked: dict[str, Any], found: list[str]
) -> None:
    own = ["import:2026-11-21T16:00:00Z"]
    await people.import_rows(
        {"first_name": "Ana", "company": "Acme Inc", "phone": "+14155550101", "import_tags": own},
        {"first_name": "Zoë", "last_name": "Smith", "company": "acme", "phone": "+14155550102", "tags": ["gold"]}
        | {"email": "zoë@example.com", "import_tags": own},
        {"first_name": "Łukasz", "phone": "+442079460000", "tags": ["gold"], "lists": ["June", "July"]},
    )
    if "limit" in asked:
        page = await people.get("/v1/contacts", **asked)
        assert ([each["first_name"] for each in page["items"]], page["next_cursor"]) == (found, None)
    else:
        assert await people.names(**asked) == found
