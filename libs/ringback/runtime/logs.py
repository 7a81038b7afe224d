"""Structured logs to stdout, a JSON object a line: an event's name with bound context (tenant, import, partition).

Context is bound where work comes in: a request, a batch, an import. What is logged below that carries it.
"""

import logging
import sys
import threading
from types import TracebackType

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

log = structlog.get_logger()


def configure(service: str) -> None:
    """Once, as a process begins. Libraries' own logs come along from WARNING up, and so does what ends the process."""

    def named(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        """Not by the context: threads of libraries begin without one."""
        event["service"] = service
        return event

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        named,
    ]
    written: list[Processor] = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=repr)]
    structlog.configure(
        processors=[*shared, *written],
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    _of_libraries([*shared, structlog.stdlib.add_logger_name], written)
    sys.excepthook = _ended
    threading.excepthook = _thread_ended


def _of_libraries(shared: list[Processor], written: list[Processor]) -> None:
    """Whatever handlers a library has made before are gone: each line is to be read by a machine."""
    handler = logging.StreamHandler(sys.stdout)
    formatter = structlog.stdlib.ProcessorFormatter
    handler.setFormatter(formatter(processors=[formatter.remove_processors_meta, *written], foreign_pre_chain=shared))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(True)


def _ended(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Instead of a traceback in the midst of JSON; Ctrl-C is no surprise."""
    if not issubclass(kind, KeyboardInterrupt):
        log.critical("ended_by_a_surprise", exc_info=(kind, error, trace))


def _thread_ended(told: threading.ExceptHookArgs) -> None:
    name = told.thread.name if told.thread else None
    log.error("thread_ended_by_a_surprise", thread=name, exc_info=told.exc_value)
