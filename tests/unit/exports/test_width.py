"""A table is never wider than an import reads, but where it is for reading only."""

import pytest
from sqlalchemy import select

from ringback.exports.filling import MOST_COLUMNS, Kind, Order, check_width
from ringback.exports.formats import Format
from ringback.exports.writer import DoesNotFit
from services.ingest.sources.archive import Limits


async def no_rows(*_: object) -> list[dict[str, str]]:
    return []


def order(format: Format, *, safe: bool = False) -> Order:
    return Order(Kind("contacts", ("name",), no_rows), select(), format, None, safe, "csv")


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_table_that_no_import_reads_back_is_refused_with_how_to_have_fewer_columns(format: Format) -> None:
    check_width(["c"] * Limits().columns, order(format))
    with pytest.raises(DoesNotFit, match=r"1,001 columns; an import reads at most 1,000.*limit.*list"):
        check_width(["c"] * (Limits().columns + 1), order(format))


def test_json_and_what_is_for_reading_only_may_be_wider() -> None:
    assert Limits().columns == MOST_COLUMNS
    check_width(["c"] * 1_001, order("csv", safe=True))
    check_width(["c"] * 1_001, order("json"))
