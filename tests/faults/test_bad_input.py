"""Bad input: a clear error naming file, line and column, nothing lost, and whoever works on it lives."""

import asyncio
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from tests.faults.conftest import Tenants
from tests.faults.inputs.archives import Refused, refused
from tests.faults.inputs.tables import GOOD, Accepted, accepted
from tests.faults.own_stack import OwnStack
from tests.reference.build import OURS, csv_of, text_from, zipped

REFUSED = refused()
ACCEPTED = accepted()


def _named(case: Refused | Accepted) -> str:
    return case.name


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lives(stack: OwnStack) -> Any:
    """Nothing was started again meanwhile, whatever came in."""
    before = stack.restarts()
    yield
    assert stack.restarts() == before


@pytest.mark.usefixtures("lives")
@pytest.mark.parametrize("case", REFUSED, ids=_named)
async def test_an_archive_that_cannot_be_trusted_is_refused_by_file_and_reason(tenants: Tenants, case: Refused) -> None:
    async with tenants("refused") as tenant:
        answer: httpx2.Response = await tenant.http.post("/v1/imports", files={"file": ("a.zip", case.content)})
        problem = answer.json()
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
        assert (problem["code"], problem["file"]) == (case.code, case.file)
        assert case.file is None or case.file in problem["detail"]
        assert await tenant.all("/v1/imports") == []


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def imported(tenants: Tenants) -> dict[str, tuple[dict[str, Any], list[Any], list[Any]]]:
    """Each by a tenant of its own: the import, its failed rows, its contacts in the order of their ids."""
    some = asyncio.Semaphore(6)

    async def run(n: int, case: Accepted) -> tuple[dict[str, Any], list[Any], list[Any]]:
        async with some, tenants(f"input-{n}") as tenant:
            it = await tenant.imported(case.archive, **dict(case.form))
            failed = await tenant.all(f"/v1/imports/{it['id']}/errors")
            return it, failed, sorted(await tenant.all("/v1/contacts"), key=lambda each: each["id"])

    answers = await asyncio.gather(*(run(n, case) for n, case in enumerate(ACCEPTED)))
    return {case.name: answer for case, answer in zip(ACCEPTED, answers, strict=True)}


@pytest.mark.usefixtures("lives")
@pytest.mark.parametrize("case", ACCEPTED, ids=_named)
async def test_a_file_loses_no_row_and_says_of_each_that_fails_where_and_why(
    imported: dict[str, tuple[dict[str, Any], list[Any], list[Any]]], case: Accepted
) -> None:
    it, failed, contacts = imported[case.name]
    figures = it["summary"]["contacts"]
    assert it["status"] == "finished", it["reason"]
    assert figures["rows"] == figures["new"] + figures["failed"] == len(case.kept) + len(case.fails)
    assert [(each["file"], each["line"], each["code"], each["column"]) for each in failed] == [
        ("contacts.csv", *fails) for fails in case.fails
    ]
    assert all(len(each["message"]) > 20 and each["cells"] for each in failed)
    assert [each["name"] for each in contacts] == list(case.kept)
    assert sorted(each["code"] for each in it["warnings"]) == sorted(case.warned)


async def test_a_tenant_that_a_body_names_sees_nothing_of_it(tenants: Tenants, imported: Any) -> None:
    assert imported
    async with tenants("globex") as tenant:
        assert await tenant.all("/v1/imports") == await tenant.all("/v1/contacts") == []


async def test_messages_whose_conversation_never_comes_are_read_in_its_stub(tenants: Tenants) -> None:
    rows = [text_from(GOOD, f"text {n}", external_conversation_id="nowhere") for n in range(3)]
    archive = zipped({"messages.csv": csv_of(rows), "manifest.json": b'{"numbers": ["%s"]}' % OURS.encode()})
    async with tenants("stubs") as tenant:
        it = await tenant.imported(archive)
        assert it["summary"]["messages"]["new"] == 3
        found = await tenant.messages()
        assert [message["body"] for _, message in found] == ["text 0", "text 1", "text 2"]
        assert {conversation["is_stub"] for conversation, _ in found} == {True}
