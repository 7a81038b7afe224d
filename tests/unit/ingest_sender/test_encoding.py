"""Events made from a template are the events of the contract."""

from uuid import UUID

import pytest

from ringback.events import (
    Contact,
    ContactRecorded,
    ImportClose,
    ImportClosed,
    MatchOn,
    Policy,
    RejectedRow,
    RowRejected,
)
from ringback.events.codec import CODECS
from services.ingest.sender.encoding import Encoder
from services.ingest.statements import Import

ID = UUID("00000000-0000-0000-0000-00000000002a")


def an_import(
    tenant: str = "acme", dry_run: bool = False, on_duplicate: Policy = "update", match_on: MatchOn = "both"
) -> Import:
    return Import(
        id=ID,
        tenant_id=tenant,
        dry_run=dry_run,
        source="parser-csv",
        tags=[],
        on_duplicate=on_duplicate,
        match_on=match_on,
        region="US",
        zone="UTC",
        own_numbers=[],
        kind="archive",
        spool_key="key",
        size=1,
        sha256="",
        status="running",
    )


@pytest.mark.parametrize("tenant", ["acme", 'a "quoted" \\ one', "café ☎"])
@pytest.mark.parametrize(
    ("dry_run", "policy", "match_on"),
    [(False, "update", "both"), (True, "overwrite", "phone"), (True, "skip", "email")],
)
def test_a_row_is_the_event_of_its_number(tenant: str, dry_run: bool, policy: Policy, match_on: MatchOn) -> None:
    contact = Contact(source="parser-csv", phone="+14155552671", import_tags=["spring"])
    value = Encoder(an_import(tenant, dry_run, policy, match_on), "contacts").recorded(7, contact)
    assert CODECS["contacts"].decode(tenant.encode(), value) == ContactRecorded(
        specversion="1.0",
        id=f"{ID}/contacts/7",
        source=f"/imports/{ID}",
        tenant=tenant,
        partitionkey=tenant,
        importid=str(ID),
        sequence=7,
        dryrun=dry_run,
        onduplicate=policy,
        matchon=match_on,
        data=contact,
    )


def test_a_failed_row_holds_its_place() -> None:
    value = Encoder(an_import(), "messages").rejected(3, 9, "bad_time", "sent_at")
    event = CODECS["messages"].decode(b"acme", value)
    assert isinstance(event, RowRejected)
    assert event.sequence == 3
    assert event.data == RejectedRow(code="bad_time", line=9, column="sent_at")


def test_a_close_may_have_no_number() -> None:
    close = ImportClose(entities=["calls"], reason="failed")
    event = CODECS["calls"].decode(b"acme", Encoder(an_import(), "calls").close(None, close))
    assert isinstance(event, ImportClosed)
    assert event.sequence is None
    assert event.data == close
