"""Infrastructure that is away: said and counted in one way by whoever waits for it."""

import structlog

from ringback.runtime import metrics

log = structlog.get_logger()


def broker_away(error: BaseException, **more: object) -> None:
    """`more` is what helps to see which work waits, and for how long."""
    metrics.BROKER_WAITS.inc()
    log.warning("broker_away", error=repr(error), **more)


def database_away(error: BaseException, **more: object) -> None:
    """The same of the database."""
    metrics.DATABASE_RETRIES.inc()
    log.warning("database_away", error=repr(error), **more)
