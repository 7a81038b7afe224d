"""The times of rules §2, read twice: by the product and by the reference, which share no code."""

from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from services.ingest.parse.times import instant
from tests.reference import cells

ZONE = "America/New_York"
DIGITS = st.from_regex(r"-?[0-9]{1,16}(\.[0-9]{1,10})?", fullmatch=True)
DATES = st.from_regex(
    r"[12][0-9]{3}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-]0[0-9]:?[03]0)?",
    fullmatch=True,
)
AMERICAN = st.from_regex(r"[0-9]{1,2}/[0-9]{1,2}/[12][0-9]{3} [0-9]{1,2}:[0-9]{2} ?[AaPp][Mm]", fullmatch=True)


@given(st.one_of(DIGITS, DATES, AMERICAN))
@example("20260102")
@example("20261302")
@example("1712011200000.5")
def test_the_product_and_the_reference_read_the_same_times(written: str) -> None:
    assert instant(written, ZoneInfo(ZONE)) == cells.time(written, ZONE)
