"""The sender's half of the import protocol for one entity: TCP's, with the spool as its queue. Pure: time is given.

Rows are numbered 1 … rows; the close is rows + 1, one more row to all of this. What a tally says is cumulative, so
that repeated, late and reordered ones change nothing.
"""

from services.ingest.sender.drain import Drain

#: What `repeat` answers for a close without a number, which ends a line wherever it stands.
CLOSE_ANYWHERE = 0

FIRST_SILENCE = 1.0
LONGEST_SILENCE = 30.0


class Window:
    """What was sent, what is acknowledged, what may be sent now and what is to be repeated."""

    def __init__(self, rows: int, seen: int, closed: bool = False, drain: Drain | None = None) -> None:
        """`seen` and `closed` are the last acknowledgement that was kept, by whoever sent before us."""
        self.last = rows + 1
        self.acknowledged = seen
        self.next = seen + 1
        self.closed = closed
        self.abandoned = False
        self.held = False
        self._drain = drain or Drain()
        self._silence = FIRST_SILENCE
        self._deadline = 0.0
        self._repeated: int | None = None

    @property
    def outstanding(self) -> bool:
        """Something was sent that nobody has acknowledged, or a close must be."""
        return not self.closed and (self.abandoned or self.next > self.acknowledged + 1)

    @property
    def at_rest(self) -> bool:
        """Held, and all that was sent is acknowledged: whoever goes on begins behind it."""
        return self.held and not self.outstanding

    @property
    def size(self) -> int:
        """How many rows may be on their way at once."""
        return self._drain.window()

    @property
    def unacknowledged(self) -> int:
        """How many are."""
        return max(0, self.next - 1 - self.acknowledged)

    @property
    def deadline(self) -> float | None:
        """When `repeat` will have an answer, unless a tally comes first."""
        return self._deadline if self.outstanding else None

    def room(self) -> int:
        """How many rows from `next` on may be sent now, the close counted as one."""
        if self.closed or self.abandoned or self.held:
            return 0
        return max(0, min(self.last, self.acknowledged + self.size) - self.next + 1)

    def sent(self, count: int, now: float) -> None:
        """`count` rows from `next` on went out."""
        if not self.outstanding:
            self._drain.start(self.acknowledged, now)
            self._listen(now)
        self.next += count
        self._drain.sent(self.next - 1, now)

    def lost(self, first: int) -> None:
        """The broker did not take the rows from `first` on: they are sent again."""
        self.next = min(self.next, max(first, self.acknowledged + 1))

    def heard(self, seen: int, closed: bool, now: float) -> None:
        """A tally. An older one than is known says nothing."""
        self.closed = self.closed or closed
        if seen <= self.acknowledged:
            return
        if seen < self.next:
            self._drain.measure(seen, now)
        self.acknowledged = seen
        self.next = self._goes_on_at(seen)
        self._listen(now)

    def repeat(self, now: float) -> int | None:
        """What to send again after silence: the first unacknowledged row, alone, or CLOSE_ANYWHERE."""
        if not self.outstanding or now < self._deadline:
            return None
        self._deadline = now + self._silence
        self._silence = min(2 * self._silence, LONGEST_SILENCE)
        self._repeated = CLOSE_ANYWHERE if self.abandoned else self.acknowledged + 1
        return self._repeated

    def hold(self) -> None:
        """No row is sent from here on but what must be repeated for those on their way to land."""
        self.held = True

    def abandon(self, now: float) -> None:
        """Nothing more is sent but the close that carries no number, at once and until it is acknowledged."""
        self.abandoned = True
        self._silence, self._deadline = FIRST_SILENCE, now

    def _goes_on_at(self, seen: int) -> int:
        """Where exactly the repeated row was taken, all behind it was lost or dropped: back to there.

        Where more was taken than the repeated row, the receiver was only slow, and what follows is on its way. Where
        more was taken than we sent, another sender is ahead of us.
        """
        return seen + 1 if seen == self._repeated else max(self.next, seen + 1)

    def _listen(self, now: float) -> None:
        self._silence, self._repeated = 2 * FIRST_SILENCE, None
        self._deadline = now + FIRST_SILENCE
