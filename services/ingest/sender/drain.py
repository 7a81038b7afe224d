"""How fast the receiver takes rows, and how many may be on their way for that. Pure; time is an argument."""

SMALLEST, LARGEST = 500, 20_000
#: Of the drain, in seconds: enough that the receiver never waits for us, little enough that a pause is felt soon.
AHEAD = 0.5
#: Seconds over which it is measured; single tallies come in bursts.
SPAN = 0.1


class Drain:
    """The receiver's rate, smoothed; a window that is too small for it doubles until it is not."""

    def __init__(self) -> None:
        self._rate: float | None = None
        self._since = 0.0
        self._from = 0

    def window(self) -> int:
        """Rows that may be outstanding."""
        return max(SMALLEST, min(LARGEST, int(AHEAD * (self._rate or 0.0))))

    def start(self, seen: int, now: float) -> None:
        """Sending begins after a rest, which must not count as slowness."""
        self._since, self._from = now, seen

    def measure(self, seen: int, now: float) -> None:
        """The receiver stands at `seen`."""
        elapsed = now - self._since
        if elapsed < SPAN:
            return
        rate = (seen - self._from) / elapsed
        self._rate = rate if self._rate is None else (self._rate + rate) / 2
        self._since, self._from = now, seen
