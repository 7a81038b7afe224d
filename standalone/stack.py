"""The order in which the stack comes up and goes down."""

from standalone import infrastructure
from standalone.children import once
from standalone.processes import Table
from standalone.state import State
from standalone.supervisor import Supervisor

# Of the 20 seconds in which all must be gone, Kafka and Postgres are left 10.
SERVICES_DRAIN_WITHIN = 9.0


async def start(supervisor: Supervisor, state: State, table: Table) -> None:
    """Postgres comes up in a tenth of Kafka's time, so the migrations run while Kafka starts."""
    await infrastructure.together(_databases(supervisor, state, table), _topics(supervisor, state, table))
    for process in table.services:
        supervisor.start(process)


async def drain(supervisor: Supervisor, table: Table) -> None:
    """What writes first, then what it writes to."""
    await supervisor.stop([process.name for process in table.services], SERVICES_DRAIN_WITHIN)
    await infrastructure.stop(supervisor)


async def _databases(supervisor: Supervisor, state: State, table: Table) -> None:
    await infrastructure.start_postgres(supervisor, state)
    await infrastructure.together(*(once(process, state.logs) for process in table.migrations))


async def _topics(supervisor: Supervisor, state: State, table: Table) -> None:
    await infrastructure.start_kafka(supervisor, state)
    await once(table.topics, state.logs)
