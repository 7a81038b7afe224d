"""A record of a domain's topic, from producers that send what we never would."""

from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from ringback.events.codec import Unreadable
from ringback.ledger.reading import read

IMPORT = "0d3f5a52-6c1e-4a55-9d43-3f8d2d6c1f10"


def record(kind: str, data: dict[str, Any], **extensions: Any) -> Any:
    event = {"specversion": "1.0", "id": "1", "source": "/tests", "type": f"ringback.{kind}.v1"}
    event |= {"tenant": "acme", "partitionkey": "acme", "data": data} | extensions
    return SimpleNamespace(key=b"acme", value=msgspec.json.encode(event), headers=())


REJECTED = ("row.rejected", {"code": "bad_phone", "line": 2})
CLOSE = ("import.close", {"entities": ["contacts"]})
CONTACT = ("contact.recorded", {"source": "tests", "phone": "+14155552671"})


@pytest.mark.parametrize(("kind", "data"), [REJECTED, CLOSE])
def test_what_only_an_import_says_is_unreadable_without_one(kind: str, data: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        read(record(kind, data), "contacts")
    assert read(record(kind, data, importid=IMPORT, sequence=1), "contacts").line_key == ("acme", IMPORT, "contacts")


def test_a_live_event_is_of_no_import() -> None:
    assert read(record(*CONTACT), "contacts").line_key is None


@pytest.mark.parametrize("import_id", [IMPORT + "\n", IMPORT.upper(), "x"])
def test_an_import_has_its_id_in_one_spelling_only(import_id: str) -> None:
    with pytest.raises(Unreadable):
        read(record(*CONTACT, importid=import_id, sequence=1), "contacts")
