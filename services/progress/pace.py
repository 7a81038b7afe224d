"""How fast an import goes and how long it still takes: what a snapshot does not say of itself. Pure."""

from collections import deque
from datetime import datetime, timedelta
from typing import Any

import msgspec

from ringback.events import ENDED, Snapshot

#: Long enough to be calm, short enough to show a pause soon.
WINDOW = timedelta(seconds=10)
MOST_SAMPLES = 200


class Pace:
    """The rows processed over the last seconds of one import."""

    def __init__(self) -> None:
        self._samples: deque[tuple[datetime, int]] = deque(maxlen=MOST_SAMPLES)

    def message(self, snapshot: Snapshot, now: datetime) -> dict[str, Any]:
        """The snapshot's fields, and `rows_per_s`, `elapsed_s`, `remaining_s`; None where it is not known."""
        rows = sum(each.processed for each in snapshot.entities.values())
        self._note(snapshot.updated_at, rows)
        elapsed = _elapsed(snapshot, now)
        over = snapshot.status in ENDED
        rate = self._recent() if not over else None
        if rate is None and elapsed:
            rate = rows / elapsed
        remaining = 0.0 if over else _remaining(snapshot, rate)
        return {
            **msgspec.to_builtins(snapshot),
            "rows_per_s": None if rate is None else round(rate, 1),
            "elapsed_s": None if elapsed is None else round(elapsed, 2),
            "remaining_s": None if remaining is None else round(remaining, 1),
        }

    def _note(self, at: datetime, rows: int) -> None:
        if not self._samples or at > self._samples[-1][0]:
            self._samples.append((at, rows))
        while at - self._samples[0][0] > WINDOW and len(self._samples) > 2:
            self._samples.popleft()

    def _recent(self) -> float | None:
        (first, before), (last, after) = self._samples[0], self._samples[-1]
        seconds = (last - first).total_seconds()
        return (after - before) / seconds if seconds >= 1 else None


def _elapsed(snapshot: Snapshot, now: datetime) -> float | None:
    if snapshot.started_at is None:
        return None
    return max(((snapshot.ended_at or now) - snapshot.started_at).total_seconds(), 0.0)


def _remaining(snapshot: Snapshot, rate: float | None) -> float | None:
    totals = [each.total for each in snapshot.entities.values()]
    if not rate or not totals or None in totals:
        return None
    return sum((each.total or 0) - each.processed for each in snapshot.entities.values()) / rate
