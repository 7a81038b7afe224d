"""How Kafka may hand events over: in batches of any size, with repeats, and with some that come out of turn."""

from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random

from ringback.ledger.intake import Received
from ringback.ledger.line import LineKey

STRAYS = 0.15
AGAIN = 0.2


def deliveries(events: Sequence[Received], rnd: Random) -> Iterator[list[Received]]:
    """The events in order, in batches; strays among them change nothing, as their sequence is not the next one."""
    most = rnd.choice((1, 3, len(events), len(events)))
    at = 0
    seen: Counter[LineKey | None] = Counter()
    while at < len(events):
        batch = events[at : at + rnd.randint(1, max(1, most))]
        yield list(_with_strays(batch, events, seen, rnd))
        if rnd.random() < AGAIN:
            yield [each for each in batch if each.line_key is not None]
        at += len(batch)


def _with_strays(
    batch: Sequence[Received], events: Sequence[Received], seen: Counter[LineKey | None], rnd: Random
) -> Iterator[Received]:
    """An import's rows that were taken before, or lie further ahead than the next one."""
    for received in batch:
        if rnd.random() < STRAYS:
            stray = rnd.choice(events)
            if stray.line_key is not None and stray.event.sequence != seen[stray.line_key] + 1:
                yield stray
        seen[received.line_key] += 1
        yield received
