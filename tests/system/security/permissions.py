"""Who may do what, as docs/operations/security.md promises it, and real things to ask for."""

import re
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import httpx2

from tests.stack import Stack

DOCUMENT = Path(__file__).parents[3] / "docs" / "operations" / "security.md"
ROW = re.compile(r"\| `(\w+) (/v1/\S+)` \| (\w+) \| (yes|no|alone) \| (yes|no) \|")
ROLES = ("viewer", "member", "admin", "owner", "operator")
APPS = ("ingest", "contacts", "conversations", "calls", "progress")
METHODS = frozenset({"get", "put", "post", "delete", "patch", "head", "options", "trace"})

#: What a request needs besides its path to be about the thing in the path, where it needs anything.
BESIDES: dict[str, dict[str, Any]] = {
    "PATCH /v1/contacts/{contact_id}": {"json": {}},
    "POST /v1/lists/{list_id}/contacts": {"json": {}},
    "PUT /v1/imports/{import_id}/mapping": {"json": {"columns": []}},
    "POST /v1/imports/{import_id}/mapping/preview": {"json": {"columns": []}},
    "PUT /v1/settings": {"json": {"own_numbers": [], "region": "US", "time_zone": "UTC"}},
}
#: An id that is of the right form, and nobody's; each parameter of a path has to stand here and in `Ours`.
NOBODYS: dict[str, Any] = {
    "import_id": uuid.UUID(int=7),
    "mapping_id": uuid.UUID(int=7),
    "contact_id": 2**62,
    "list_id": 2**62,
    "conversation_id": 2**62,
    "message_id": 2**62,
    "call_id": 2**62,
    "partition": 2**20,
    "offset": 2**62,
}


class Operation(NamedTuple):
    method: str
    path: str
    least: str
    operator: str
    progress_token: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_socket(self) -> bool:
        return self.method == "WS"

    @property
    def is_the_platforms(self) -> bool:
        """It is for operators alone, who name no tenant for it."""
        return self.operator == "alone"

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)

    def url(self, ids: dict[str, Any]) -> str:
        return self.path.format(**ids)


OPERATIONS = [
    Operation(method, path, least, operator, token == "yes")
    for method, path, least, operator, token in ROW.findall(DOCUMENT.read_text())
]
REQUESTS = [each for each in OPERATIONS if not each.is_socket]


@dataclass
class World:
    """A stack where the tenant `ours` has one of everything, and `theirs` nothing. `marks` give ours away in a text."""

    stack: Stack
    ids: dict[str, Any]
    marks: list[str]
    client: httpx2.Client

    @property
    def progress_token(self) -> str:
        """For the import of `ours`, handed out by a viewer."""
        viewer = self.authorization("ours", "viewer")
        answer = self.client.post(f"/v1/imports/{self.ids['import_id']}/progress-token", headers=viewer)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["token"])

    def authorization(self, tenant: str, role: str) -> dict[str, str]:
        return bearer(self.stack.token(tenant, role))

    def ask(self, operation: Operation, ids: dict[str, Any], headers: dict[str, str]) -> tuple[int, str]:
        """Status and text; of a stream without an end only that it began."""
        besides = BESIDES.get(str(operation), {})
        with self.client.stream(operation.method, operation.url(ids), headers=headers, **besides) as answer:
            if answer.headers["content-type"].startswith("text/event-stream"):
                return answer.status_code, ""
            return answer.status_code, answer.read().decode()

    def documented(self) -> set[str]:
        """Every operation of every service's OpenAPI document."""
        return {
            f"{method.upper()} {path}"
            for app in APPS
            for path, item in self.client.get(f"/v1/openapi/{app}.json").json()["paths"].items()
            for method in item.keys() & METHODS
        }


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def of(stack: Stack, imported: Any, client: httpx2.Client) -> World:
    """`imported` is the import that brought everything in."""
    told = client.get("/v1/contacts", headers=bearer(stack.token("ours"))).json()["items"]
    ids = {"import_id": imported["id"], "partition": 0, "offset": 0}
    ids["mapping_id"] = _template(stack, client)
    for kind in ("contact", "conversation", "message", "call"):
        items = stack.get(f"/v1/{kind}s?limit=1", "ours")["items"]
        ids[f"{kind}_id"] = items[0]["id"]
    made = client.post("/v1/lists", json={"name": "Guests of ours"}, headers=bearer(stack.token("ours")))
    ids["list_id"] = made.json()["id"]
    phones = [each["phone"] for each in told if each["phone"]]
    return World(stack, ids, [imported["id"], "ours", *phones[:20]], client)


def _template(stack: Stack, client: httpx2.Client) -> str:
    """A mapping that `ours` has saved."""
    saved = {"name": "ours", "entity": "contacts", "columns": [{"header": "Phone", "field": "phone"}]}
    answer = client.post("/v1/mappings", json=saved, headers=bearer(stack.token("ours")))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])
