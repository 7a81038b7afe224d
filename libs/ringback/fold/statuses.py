"""Statuses that have an order (rules §5): a higher one never gives way to a lower one."""

from collections.abc import Iterable


def ranks(*steps: str | tuple[str, ...]) -> dict[str, int]:
    """Ranks from low to high; those of one step are equal."""
    names: Iterable[tuple[tuple[str, ...], int]] = (
        ((step,) if isinstance(step, str) else step, rank) for rank, step in enumerate(steps)
    )
    return {name: rank for step, rank in names for name in step}


MESSAGE = ranks("queued", "sending", "sent", ("delivered", "received"), "undelivered", "failed")

CALL = ranks(
    *("queued", "initiated", "ringing", "in-progress", "answered", "forwarded", "completed", "voicemail"),
    *("missed", "no-answer", "busy", "canceled", "abandoned", "failed"),
)


def canonical(status: str | None, known: dict[str, int]) -> str | None:
    """A known status as the rules spell it, any other as it stands."""
    if status is None or status in known:
        return status
    spelled = status.strip().lower().replace("_", "-").replace(" ", "-")
    return spelled if spelled in known else status
