"""Trouble with a database: it is away, the data is bad, or (all else) it is a bug, which ends the process."""

import asyncpg

#: Wait and try again: no row fails by these (faults.md, I4).
TRANSIENT: tuple[type[BaseException], ...] = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    # What asyncpg makes of a statement between the server's farewell and the end of the connection: a worker that was
    # stopped for long and wakes up comes to that moment.
    asyncpg.InternalClientError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    asyncpg.IdleInTransactionSessionTimeoutError,
)

#: All by which a server can say that it is not to be had now, for `/readyz`.
SILENT: tuple[type[BaseException], ...] = (*TRANSIENT, asyncpg.PostgresError)

#: Postgres or its client refuses a value: the row that carries it fails.
MALFORMED: tuple[type[BaseException], ...] = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
    UnicodeError,
    OverflowError,
)
