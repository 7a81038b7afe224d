"""The four forms of a time (rules §2)."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.parse.times import instant

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    "written",
    [
        *("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z", " 2026-01-02T03:04:05+00:00 ", "20260102T030405Z"),
        *("2026-01-02T08:34:05+05:30", "2026-01-01T22:04:05-0500", "2026-01-02 03:04:05 UTC", "2026-01-02T03:04:05z"),
        *("2026-01-02 03:04:05 +0000", "1767323045", "1767323045.0", "1767323045000"),
        "1767323045000.0",
    ],
)
def test_a_moment_is_the_same_however_it_is_written(written: str) -> None:
    assert instant(written, NEW_YORK) == MOMENT


@pytest.mark.parametrize("written", ["2026-01-02 03:04:05", "2026-01-02T03:04:05", "1/2/2026 3:04:05 AM"])
def test_a_time_without_a_zone_is_in_the_tenants(written: str) -> None:
    assert instant(written, UTC) == MOMENT
    assert instant(written, NEW_YORK) == MOMENT + timedelta(hours=5)


def test_american_hours_go_from_twelve_to_eleven() -> None:
    assert instant("1/2/2026 12:04 AM", UTC) == datetime(2026, 1, 2, 0, 4, tzinfo=UTC)
    assert instant("01/02/2026, 12:04\u202fpm", UTC) == datetime(2026, 1, 2, 12, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        *("", "soon", "13/1/2026 1:00 PM", "1/2/2026 13:04 PM", "1/2/2026 15:04", "2026-02-30T00:00:00Z", "1e9"),
        *("9" * 20, "-", "２０２６", "0001-01-01T00:00:00+14:00", "\ud800", "2026-01-02T03:04:05 Q"),
        *("20260102030405", "7258118400", "7258118400000", "999999999999999", "-5"),
    ],
)
def test_what_is_no_time_is_none(written: str) -> None:
    assert instant(written, UTC) is None


def test_digits_that_are_an_epoch_are_never_read_as_a_date() -> None:
    for written in ("1712011200000", "1712011200000.0"):
        assert instant(written, UTC) == datetime(2024, 4, 1, 22, 40, tzinfo=UTC)
    assert instant("1712011200000,0", UTC) is None
    assert instant("20260102", UTC) == datetime(2026, 1, 2, tzinfo=UTC)


@given(MOMENTS, st.integers(-14 * 60, 14 * 60))
def test_any_moment_comes_back_to_the_microsecond(moment: datetime, offset: int) -> None:
    there = moment.astimezone(timezone(timedelta(minutes=offset)))
    assert instant(there.isoformat(), NEW_YORK) == moment
    whole = moment.replace(microsecond=0)
    assert instant(str(int(whole.timestamp())), NEW_YORK) == whole
    assert instant(str(int(whole.timestamp()) * 1000 + 123), NEW_YORK) == whole + timedelta(milliseconds=123)


@given(st.text(max_size=30))
def test_any_text_has_an_answer_in_utc(text: str) -> None:
    moment = instant(text, NEW_YORK)
    assert moment is None or moment.tzinfo is UTC
