"""An import and the retries of its failed rows, as one sum."""

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from services.ingest.whole import NOTHING, Figures, whole, wholes

OUTCOMES = ("new", "updated", "skipped", "failed")
outcomes = st.sampled_from(OUTCOMES)


class History(NamedTuple):
    """What became of each row of an import, and then of those that each retry took."""

    first: list[str]
    retries: list[dict[int, str]]


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Each retry takes some of the rows that fail still."""
    first = draw(st.lists(outcomes, max_size=20))
    failing = {row for row, outcome in enumerate(first) if outcome == "failed"}
    retries = []
    for _ in range(draw(st.integers(0, 4))):
        taken = draw(st.sets(st.sampled_from(sorted(failing)))) if failing else set()
        retry = {row: draw(outcomes) for row in sorted(taken)}
        retries.append(retry)
        failing -= {row for row, outcome in retry.items() if outcome != "failed"}
    return History(first, retries)


def counted(rows: list[str]) -> Figures:
    return Figures(len(rows), *(rows.count(each) for each in OUTCOMES))


def summed(each: list[Figures]) -> Figures:
    return Figures(*(sum(figures) for figures in zip(NOTHING, *each, strict=True)))


@given(histories())
def test_the_whole_counts_each_row_once_as_what_became_of_it_last(history: History) -> None:
    last = dict(enumerate(history.first))
    for retry in history.retries:
        last |= retry
    figures = whole(counted(history.first), summed([counted(list(each.values())) for each in history.retries]))
    assert figures == counted(list(last.values()))
    assert figures.seen == figures.mended + figures.failed


@given(st.lists(histories(), max_size=4))
def test_of_many_imports_the_whole_of_the_sums_is_the_sum_of_the_wholes(several: list[History]) -> None:
    own = [counted(each.first) for each in several]
    retries = [summed([counted(list(retry.values())) for retry in each.retries]) for each in several]
    assert whole(summed(own), summed(retries)) == summed([whole(*each) for each in zip(own, retries, strict=True)])


def test_a_file_that_no_retry_was_of_is_as_it_was() -> None:
    own = {"contacts": Figures(3, 1, 1, 0, 1), "calls": Figures(2, 1, 0, 0, 1)}
    assert wholes(own, {"contacts": Figures(1, 0, 0, 1, 0)}) == {
        "contacts": Figures(3, 1, 1, 1, 0),
        "calls": own["calls"],
    }
