"""Named places where a test may kill the process; off unless the environment names one.

`RINGBACK_FAILPOINTS=contacts.before-commit@3,…` kills the process (SIGKILL, as a crash would) the third time it comes
by. With `RINGBACK_FAILPOINT_MARKS` (a folder) each fires once over all restarts: it leaves a file there first.
"""

import os
import signal
from collections import Counter
from pathlib import Path


class Failpoints:
    """The failpoints that the environment armed, and how often each place was passed."""

    def __init__(self, armed: str, marks: str | None) -> None:
        self._armed = {name: int(at or 1) for name, _, at in (each.partition("@") for each in armed.split(",") if each)}
        self._marks = Path(marks) if marks else None
        self._passed: Counter[str] = Counter()

    def hit(self, name: str) -> None:
        """Dies here, or does nothing."""
        if name not in self._armed:
            return
        self._passed[name] += 1
        if self._passed[name] == self._armed[name] and self._first_time(name):
            os.kill(os.getpid(), signal.SIGKILL)

    def _first_time(self, name: str) -> bool:
        if self._marks is None:
            return True
        try:
            (self._marks / name).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


_failpoints = Failpoints(os.environ.get("RINGBACK_FAILPOINTS", ""), os.environ.get("RINGBACK_FAILPOINT_MARKS"))
hit = _failpoints.hit
