"""The window's figures and times, which the protocol's test leaves open."""

from itertools import pairwise

from services.ingest.sender.window import CLOSE_ANYWHERE, Window


def opened(rows: int = 100_000, seen: int = 0) -> Window:
    window = Window(rows, seen)
    window.sent(window.room(), now=0.0)
    return window


def test_the_first_window_is_one_batch_of_a_worker() -> None:
    assert Window(100_000, 0).room() == 5_000


def test_the_window_is_half_a_second_of_the_measured_drain() -> None:
    window = opened()
    window.heard(4_000, False, now=0.2)
    assert window.room() == 4_000 + int(0.5 * 4_000 / 0.2) - 5_000


def test_a_way_that_is_long_by_itself_is_added_to_the_half_second() -> None:
    window = opened()
    window.heard(5_000, False, now=1.0)
    assert window.room() == int((0.5 + 1.0) * 5_000)


def test_the_window_is_never_over_20_000_rows() -> None:
    window = opened(rows=10_000_000)
    for step in range(1, 40):
        window.heard(window.next - 1, False, now=0.11 * step)
        window.sent(window.room(), now=0.11 * step)
    assert window.next - 1 - window.acknowledged == 20_000


def test_silence_repeats_the_first_unacknowledged_row_alone_at_doubling_intervals() -> None:
    window = opened()
    window.heard(17, False, now=0.0)
    due = []
    now = 0.0
    while len(due) < 8:
        deadline = window.deadline
        assert deadline is not None
        assert window.repeat(deadline - 0.001) is None
        now = deadline
        assert window.repeat(now) == 18
        due.append(now)
    assert [later - earlier for earlier, later in pairwise(due)] == [2, 4, 8, 16, 30, 30, 30]
    assert due[0] == 1


def test_it_goes_on_behind_a_repeated_row_that_alone_was_taken() -> None:
    window = opened()
    assert window.repeat(1.0) == 1
    window.heard(1, False, now=1.1)
    assert window.next == 2


def test_a_receiver_that_was_only_slow_is_not_sent_everything_again() -> None:
    window = opened()
    assert window.repeat(1.0) == 1
    window.heard(300, False, now=1.1)
    assert window.next == 5_001


def test_a_take_over_from_an_old_figure_skips_what_is_taken_already() -> None:
    window = opened(seen=1_000)
    window.heard(7_000, False, now=0.1)
    assert window.next == 7_001


def test_an_older_tally_changes_nothing() -> None:
    window = opened()
    window.heard(200, False, now=0.1)
    before = window.next, window.acknowledged, window.room()
    window.heard(150, False, now=0.2)
    assert (window.next, window.acknowledged, window.room()) == before


def test_the_close_is_one_more_row() -> None:
    window = Window(0, 0)
    assert window.room() == 1
    window.sent(1, now=0.0)
    assert window.repeat(1.0) == 1
    window.heard(0, True, now=1.1)
    assert window.closed
    assert window.room() == 0
    assert window.deadline is None


def test_abandoned_it_sends_nothing_but_the_close_until_that_is_acknowledged() -> None:
    window = opened()
    window.abandon(5.0)
    assert window.room() == 0
    assert window.repeat(5.0) == CLOSE_ANYWHERE
    assert window.repeat(5.5) is None
    assert window.repeat(6.0) == CLOSE_ANYWHERE
    window.heard(123, True, now=6.1)
    assert window.repeat(100.0) is None


def test_what_the_broker_refused_is_sent_again_from_there() -> None:
    window = opened()
    window.heard(100, False, now=0.1)
    window.lost(251)
    assert window.next == 251
    window.lost(50)
    assert window.next == 101
