"""I9: progress never goes back, never passes 100 %, never rests below it; whatever the order and the repeats."""

from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from ringback.events import Entity, FileState, ImportState, Snapshot, Status, Tally
from services.progress.merge import State, join, lower, of_import, of_tally, snapshot

START = datetime(2024, 5, 1, tzinfo=UTC)
ENTITIES: tuple[Entity, ...] = ("contacts", "messages")
Counts = list[tuple[int, int, int, int]]


@st.composite
def ledgers(draw: st.DrawFn) -> dict[Entity, Counts]:
    """How each entity's line moved, cumulative, from nothing to its total."""
    batch = st.tuples(*[st.integers(0, 5)] * 4)
    history: dict[Entity, Counts] = {}
    for entity in ENTITIES:
        batches = draw(st.lists(batch, min_size=1, max_size=6))
        history[entity] = list(accumulate(batches, lambda a, b: (a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3])))
    return history


def tally(entity: Entity, index: int, counts: tuple[int, int, int, int]) -> State:
    new, updated, skipped, failed = counts
    return of_tally(
        "acme",
        Tally(
            import_id="i1",
            entity=entity,
            dry_run=False,
            seen=sum(counts),
            new=new,
            updated=updated,
            skipped=skipped,
            failed=failed,
            at=START + timedelta(seconds=index),
        ),
    )


def told(revision: int, status: Status, files: list[FileState]) -> State:
    state = ImportState(
        id="i1",
        revision=revision,
        status=status,
        dry_run=False,
        source="quo",
        created_at=START,
        files=files,
    )
    return of_import("acme", state)


def file(entity: Entity, rows: int | None, counts: tuple[int, int, int, int] = (0, 0, 0, 0)) -> FileState:
    new, updated, skipped, failed = counts
    return FileState(
        entity=entity,
        name=f"{entity}.csv",
        rows=rows,
        seen=sum(counts),
        new=new,
        updated=updated,
        skipped=skipped,
        failed=failed,
    )


def records(history: dict[Entity, Counts]) -> list[State]:
    """All that ingest and the domains ever say of such an import."""
    said = [tally(entity, i, line) for entity, lines in history.items() for i, line in enumerate(lines)]
    said.append(told(1, "queued", [file(entity, None) for entity in history]))
    said.append(told(2, "running", [file(entity, sum(lines[-1])) for entity, lines in history.items()]))
    final = [file(entity, sum(lines[-1]), lines[-1]) for entity, lines in history.items()]
    said.append(told(3, "finished", final))
    return said


def shown(states: list[State]) -> list[Snapshot]:
    return [snapshot(state) for state in accumulate(states, join)]


@given(ledgers(), st.data())
def test_any_interleaving_with_repeats_gives_the_same_snapshot(
    history: dict[Entity, Counts], data: st.DataObject
) -> None:
    said = records(history)
    arrived = data.draw(st.permutations(said)) + data.draw(st.lists(st.sampled_from(said), max_size=10))
    assert shown(arrived)[-1] == shown(said)[-1]


@given(ledgers(), st.data())
def test_it_never_goes_back_and_never_over(history: dict[Entity, Counts], data: st.DataObject) -> None:
    said = records(history)
    steps = shown(data.draw(st.permutations(said)) + data.draw(st.lists(st.sampled_from(said), max_size=5)))
    for before, after in pairwise(steps):
        assert not lower(after, before)
    for step in steps:
        for progress in step.entities.values():
            assert progress.total is None or progress.processed <= progress.total


@given(ledgers())
def test_a_finished_state_is_complete_without_a_tally(history: dict[Entity, Counts]) -> None:
    last = snapshot(records(history)[-1])
    assert all(each.processed == each.total == sum(history[e][-1]) for e, each in last.entities.items())
    assert last.current is None


@given(ledgers(), st.data())
def test_it_may_be_merged_in_any_grouping(history: dict[Entity, Counts], data: st.DataObject) -> None:
    a, b, c = (data.draw(st.sampled_from(records(history))) for _ in range(3))
    assert join(a, join(b, c)) == join(join(a, b), c)
    assert join(a, b) == join(b, a)
    assert join(a, a) == join(join(a, a), a)


def test_a_line_beyond_the_total_is_held_at_it() -> None:
    state = join(told(1, "running", [file("calls", 3)]), tally("calls", 0, (2, 2, 1, 0)))
    assert snapshot(state).entities["calls"].processed == 3


def test_it_says_which_row_was_counted_last() -> None:
    state = join(told(1, "running", [file("calls", 9)]), tally("calls", 0, (2, 2, 1, 0)))
    assert snapshot(state).current == "calls.csv row 5"


def test_a_lower_snapshot_is_known_as_such() -> None:
    early = join(told(1, "running", [file("calls", 9)]), tally("calls", 0, (2, 0, 0, 0)))
    late = join(early, tally("calls", 1, (3, 0, 1, 0)))
    assert lower(snapshot(early), snapshot(late))
    assert not lower(snapshot(late), snapshot(early))
    assert not lower(snapshot(late), snapshot(late))
