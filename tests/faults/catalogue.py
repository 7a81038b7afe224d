"""Every fault of docs/faults.md but fairness (10): what is done, and for how long; of each number one in tests."""

from typing import NamedTuple

from tests.faults.round import Strike
from tests.faults.strikes import crossing, crowding, filling, killing, littering, members, outages, size, stopping


class Fault(NamedTuple):
    """`number` is the list's, 0 where it stands beside it; `seconds` how long in a campaign, `slice` in tests."""

    number: int
    name: str
    strike: Strike
    seconds: float = 0
    slice: float = 0
    size: str = "slice"
    brokers: int = 1
    in_slice: bool = True


#: In the order in which the slice has them: what does nothing to `http` comes last, behind who is stalled there.
FAULTS = (
    Fault(1, "kill -9 of ingest, anywhere and at its failpoints", killing.kill_ingest, size="kills"),
    Fault(1, "kill -9 of contacts, anywhere and at its failpoints", killing.kill_contacts, in_slice=False),
    Fault(1, "kill -9 of conversations, anywhere and at its failpoints", killing.kill_conversations, in_slice=False),
    Fault(1, "kill -9 of calls, anywhere and at its failpoints", killing.kill_calls, in_slice=False),
    Fault(1, "kill -9 of all domain workers, likewise", killing.kill_domain_workers, size="kills"),
    Fault(1, "kill -9 of the aggregator", killing.kill_aggregator, in_slice=False),
    Fault(1, "kill -9 of http", killing.kill_http, in_slice=False),
    Fault(1, "kill -9 of all of them at once", killing.kill_all_workers),
    Fault(9, "200 websockets, 20 of which never read", crowding.crowd_of_sockets, seconds=1),
    Fault(2, "SIGSTOP of a domain worker past its session", stopping.stop_a_domain_worker),
    Fault(2, "SIGSTOP of the ingest worker", stopping.stop_the_ingest_worker),
    Fault(3, "rolling restart of three workers", members.rolling_restart, in_slice=False),
    Fault(3, "a member that joins and dies every 5 s", members.flapping_member, seconds=120, slice=5),
    Fault(4, "broker killed, back after 30 s", outages.broker_away, seconds=30, slice=5),
    Fault(4, "broker away for 3 minutes", outages.broker_away, seconds=180, in_slice=False),
    Fault(4, "one of three brokers killed", outages.one_broker_away, seconds=10, brokers=3, in_slice=False),
    Fault(5, "Postgres stopped (immediate) for 60 s", outages.database_away, seconds=60, slice=5),
    Fault(
        5, "every connection terminated every 2 s", outages.connections_terminated, seconds=60, slice=6, in_slice=False
    ),
    Fault(5, "a table locked for 60 s", outages.table_locked, seconds=60, slice=11),
    Fault(6, "the same people in opposite orders", crossing.opposite_orders),
    Fault(7, "disk full in the spool", filling.disk_full, seconds=5, slice=1),
    Fault(0, "an upload of 300 MB, memory flat in its size", size.large_upload, in_slice=False),
    Fault(8, "unreadable records among the good", littering.unreadable_records),
)
