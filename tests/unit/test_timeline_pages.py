"""A timeline's pages, put together, are the whole history, newest first: nothing twice, nothing lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.contacts.timeline import SOURCES, Entry, Fetched, Kind, Position, merged, start

ZERO = datetime(2026, 1, 1, tzinfo=UTC)
#: Few seconds and few ids, so that much happens at one time, and a call and a message bear one id.
positions = st.builds(
    Position,
    at=st.integers(0, 3).map(lambda seconds: ZERO + timedelta(seconds=seconds)),
    kind=st.sampled_from(list(SOURCES)),
    id=st.integers(1, 9),
)


def entry(position: Position) -> Entry:
    return Entry(position, {"id": position.id})


def listed(stored: set[Position], kind: Kind, after: Position | None, limit: int) -> Fetched:
    """A page as a service answers it: it knows nothing of the other kind."""
    behind = start(kind, after)
    own = sorted((at, number) for at, of, number in stored if of == kind)
    own = [each for each in reversed(own) if behind is None or each < behind]
    return Fetched([entry(Position(at, kind, number)) for at, number in own[:limit]], len(own) > limit)


def read(stored: set[Position], limit: int, arriving: list[Position] | None = None) -> list[Position]:
    """All pages, while one more of `arriving` is stored before each."""
    arrivals = iter(arriving or ())
    found: list[Position] = []
    after, more = None, True
    while more:
        stored |= {each for each in [next(arrivals, None)] if each is not None}
        entries, more = merged([listed(stored, kind, after, limit) for kind in SOURCES], limit)
        assert len(entries) == limit or not more
        found += [each.position for each in entries]
        after = found[-1] if found else None
    return found


@given(st.sets(positions), st.integers(1, 5))
def test_pages_put_together_are_everything_once_newest_first(stored: set[Position], limit: int) -> None:
    assert read(set(stored), limit) == sorted(stored, reverse=True)


@given(st.sets(positions), st.integers(1, 5), st.lists(positions))
def test_what_comes_between_pages_takes_nothing_away(
    stored: set[Position], limit: int, arriving: list[Position]
) -> None:
    found = read(set(stored), limit, arriving)
    assert found == sorted(set(found), reverse=True)
    assert stored <= set(found) <= stored | set(arriving)


@given(st.sets(positions), st.data())
def test_a_record_that_two_pages_hold_is_shown_once(stored: set[Position], data: Any) -> None:
    """As a group's is, of a contact with more numbers than one request may ask for."""
    again = data.draw(st.sets(st.sampled_from(sorted(stored)))) if stored else set()
    pages = [Fetched([entry(each) for each in some], False) for some in (stored, again)]
    assert [each.position for each in merged(pages, 100)[0]] == sorted(stored, reverse=True)
