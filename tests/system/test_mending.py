"""What somebody does with bad rows, on the whole stack: import, errors file, mend, retry, look."""

import csv
import io
import time
from typing import Any

import httpx2

from tests.stack import Stack

TENANT = "mending"
CONTACTS = "phone,first_name\n+14155552671,Ada\nnone,Bob\n0,Eve\n"


class Client:
    """Of the HTTP API, as the tenant's owner."""

    def __init__(self, stack: Stack, http: httpx2.Client) -> None:
        self._stack, self._http = stack, http
        self._headers = {"Authorization": f"Bearer {stack.token(TENANT)}"}

    def send(self, path: str, file: str) -> Any:
        """For real, to its end."""
        parts = {"file": ("contacts.csv", file.encode()), "dry_run": (None, "false")}
        answer = self._http.post(path, files=parts, headers=self._headers)
        assert answer.status_code == 202, answer.text
        deadline = time.monotonic() + 60
        while (it := self.get(f"/v1/imports/{answer.json()['id']}"))["ended_at"] is None:
            assert time.monotonic() < deadline, it
            time.sleep(0.1)
        return it

    def get(self, path: str) -> Any:
        return self._stack.get(path, TENANT)

    def text(self, path: str) -> str:
        answer = self._http.get(path, headers=self._headers)
        assert answer.status_code == 200, answer.text
        return answer.content.decode()


def test_bad_rows_are_mended_in_their_errors_file_and_the_import_shows_the_whole(shared_stack: Stack) -> None:
    with httpx2.Client(base_url=shared_stack.url, trust_env=False, timeout=10) as http:
        client = Client(shared_stack, http)
        it = client.send("/v1/imports", CONTACTS)
        rows = list(csv.reader(io.StringIO(client.text(f"/v1/imports/{it['id']}/errors/file"), newline="")))
        assert [row[:3] for row in rows] == [["phone", "first_name", "line"], ["none", "Bob", "3"], ["0", "Eve", "4"]]
        # Bob is given his number, and Eve turns out to be Ada.
        rows[1][0], rows[2][0] = "+14155552672", "+14155552671"
        mended = io.StringIO(newline="")
        csv.writer(mended).writerows(rows)
        child = client.send(f"/v1/imports/{it['id']}/retry", mended.getvalue())
        figures = {"rows": 3, "new": 1, "updated": 0, "skipped": 0, "failed": 2}
        now = client.get(f"/v1/imports/{it['id']}")
        assert now["summary"]["contacts"] == figures
        assert now["whole"]["contacts"] == figures | {"new": 2, "skipped": 1, "failed": 0}
        assert [each["id"] for each in now["retries"]] == [child["id"]] and child["parent"] == it["id"]
        people = client.get("/v1/contacts")["items"]
        assert [(each["phone"], each["first_name"]) for each in people] == [
            ("+14155552671", "Ada"),
            ("+14155552672", "Bob"),
        ]
        made = now["records"]["contacts"]["made"]
        assert [each["first_name"] for each in client.get(made)["items"]] == ["Ada"]
        assert client.get(f"/v1/imports/{it['id']}/errors?mended=false")["items"] == []
