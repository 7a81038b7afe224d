"""How fast the receiver takes rows, and how many may be on their way for that. Pure; time is an argument."""

SMALLEST, LARGEST = 500, 20_000
#: Before anything is measured: one batch of a domain worker. From 500 the window took 1.5 s to open.
FIRST = 5_000
#: Of the drain, in seconds: enough that the receiver never waits for us, little enough that a pause is felt soon.
AHEAD = 0.5
#: Seconds; a way there and back that takes longer says more of a broken network than of its length.
LONGEST_WAY = 2.0
#: Seconds over which it is measured; single tallies come in bursts.
SPAN = 0.1


class Drain:
    """The receiver's rate, smoothed; a window that is too small for it doubles until it is not."""

    def __init__(self, rows: int = 1) -> None:
        """`rows` are those that one of what is sent stands for: a thousand, where they are commands of an undo."""
        self._sizes = [max(1, size // rows) for size in (SMALLEST, FIRST, LARGEST)]
        self._rate: float | None = None
        self._since = 0.0
        self._from = 0
        self._fastest: float | None = None
        self._timed: tuple[int, float] | None = None

    def window(self) -> int:
        """Rows that may be outstanding: half a second of the drain, besides what the fastest way there and back holds.

        Without the latter a stack whose every hop is slow (a busy machine) would be taken for a slow receiver, and its
        window, and with it every batch, would shrink to the smallest.
        """
        smallest, first, largest = self._sizes
        if self._rate is None:
            return first
        return max(smallest, min(largest, int((AHEAD + (self._fastest or 0.0)) * self._rate)))

    def start(self, seen: int, now: float) -> None:
        """Sending begins after a rest, which must not count as slowness."""
        self._since, self._from = now, seen

    def sent(self, row: int, now: float) -> None:
        """`row` went out; one row at a time is timed on its way."""
        if self._timed is None:
            self._timed = (row, now)

    def measure(self, seen: int, now: float) -> None:
        """The receiver stands at `seen`."""
        if self._timed is not None and seen >= self._timed[0]:
            self._fastest = min(self._fastest or LONGEST_WAY, now - self._timed[1])
            self._timed = None
        elapsed = now - self._since
        if elapsed < SPAN:
            return
        rate = (seen - self._from) / elapsed
        self._rate = rate if self._rate is None else (self._rate + rate) / 2
        self._since, self._from = now, seen
