"""The failed rows as a file: downloaded, mended, imported again."""

import csv
import io
import uuid
import zipfile
from typing import Any

import httpx2

from tests.integration.ingest_alone import Ingest

HEADER = ["phone", "first_name", "code", "note, with a comma"]
GOOD = ["+14155552671", "Ada", "a", ""]
BAD = [["none", "Bob", "b", 'a "quoted"\nline'], ["", "", "", ""], ["1", "=1+1", " c ", "ünï", "one more"]]


def zipped(contacts: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        file.writestr("export/Contacts.CSV", contacts)
    return written.getvalue()


def table(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


async def imported(ingest: Ingest, tenant: str, contacts: bytes) -> Any:
    answer = await ingest.upload(zipped(contacts), tenant)
    assert answer.status_code == 202, answer.text
    return await ingest.ended(answer.json()["id"], tenant)


async def download(
    ingest: Ingest, tenant: str, import_id: str, file: str = "contacts", role: str = "viewer"
) -> httpx2.Response:
    path = f"/v1/imports/{import_id}/errors/file"
    return await ingest.client.get(path, params={"file": file}, headers=ingest.as_caller(tenant, role))


async def test_failed_rows_come_back_as_they_stood_and_mended_ones_are_imported(ingest: Ingest) -> None:
    tenant = f"errors-{uuid.uuid4()}"
    it = await imported(ingest, tenant, table([HEADER, BAD[0], GOOD, *BAD[1:]]))
    answer = await download(ingest, tenant, it["id"])
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="contacts-errors.csv"'
    header, *rows = csv.reader(io.StringIO(answer.content.decode(), newline=""))
    assert header == [*HEADER, "line", "code", "error"]
    assert [[*row[:4], *row[7:]] for row in rows] == BAD
    assert [tuple(row[4:6]) for row in rows] == [
        ("2", "bad_phone"),
        ("5", "no_phone_or_email"),
        ("6", "too_many_cells"),
    ]
    again = await imported(ingest, tenant, answer.content)
    assert again["summary"]["contacts"] == it["summary"]["contacts"] | {"rows": 3, "new": 0}
    assert [each["code"] for each in again["warnings"]] == ["errors_file"]
    assert (await download(ingest, tenant, again["id"])).content.splitlines()[0] == answer.content.splitlines()[0]
    mended = await imported(ingest, tenant, table([header, [GOOD[0], *rows[0][1:]]]))
    assert mended["summary"]["contacts"] == {"rows": 1, "new": 1, "updated": 0, "skipped": 0, "failed": 0}
    assert ingest.receiver.events[mended["id"], "contacts"][0].data.custom == {"code": "b", HEADER[3]: BAD[0][3]}


async def test_however_many_rows_there_are_each_comes_once_in_order(ingest: Ingest) -> None:
    tenant = f"many-{uuid.uuid4()}"
    it = await imported(ingest, tenant, table([["phone"], *([str(each)] for each in range(120))]))
    rows = list(csv.reader(io.StringIO((await download(ingest, tenant, it["id"])).text)))
    assert [row[0] for row in rows[1:]] == [str(each) for each in range(120)]


async def test_a_file_without_failed_rows_has_its_header_alone(ingest: Ingest) -> None:
    tenant = f"none-{uuid.uuid4()}"
    it = await imported(ingest, tenant, table([HEADER, GOOD]))
    rows = list(csv.reader(io.StringIO((await download(ingest, tenant, it["id"])).text)))
    assert rows == [[*HEADER, "line", "code", "error"]]


async def test_what_there_is_not_is_said(ingest: Ingest) -> None:
    tenant = f"not-{uuid.uuid4()}"
    it = await imported(ingest, tenant, table([HEADER, GOOD]))
    assert (await download(ingest, "globex", it["id"])).status_code == 404
    assert (await download(ingest, tenant, str(uuid.uuid4()))).status_code == 404
    absent = await download(ingest, tenant, it["id"], "calls")
    assert (absent.status_code, absent.json()["title"]) == (404, "No such file")
    assert (await download(ingest, tenant, it["id"], "perhaps")).status_code == 422
    await ingest.execute("UPDATE import_files SET survey = NULL WHERE import_id = $1", it["id"])
    assert (await download(ingest, tenant, it["id"])).status_code == 409
