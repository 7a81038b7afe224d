"""The product reads any archive as the reference does: the same rows fail, and the others say the same."""

from typing import Any

from hypothesis import given

from services.ingest.parse import Bad
from tests.integration.fold.campaign import examples
from tests.integration.fold.uploads import read_upload, said
from tests.reference import model
from tests.reference.archives import ArchivePlan, archive_plans, messy_archive
from tests.reference.parse import read_archive

Rows = dict[str, list[tuple[int, int, Any]]]


def product_rows(data: bytes) -> tuple[str, Rows]:
    read = read_upload(data)
    return read.source, {
        entity: [(row.number, row.line, None if isinstance(row, Bad) else said(entity, row.data)) for row in rows]
        for entity, rows in read.rows.items()
    }


def reference_rows(data: bytes) -> tuple[str, Rows]:
    read = read_archive(data)
    return read.source, {
        entity: [(row.row, row.line, None if isinstance(row, model.Bad) else _values(row)) for row in rows]
        for entity, rows in read.rows.items()
    }


def _values(row: model.Good) -> dict[str, Any]:
    """Without the cells from which direction, our number and participants were made."""
    return {name: value for name, value in row.values.items() if name not in ("from", "to")}


@examples(200)
@given(archive_plans(max_rows=10))
def test_the_same_rows_fail_and_the_others_say_the_same(plan: ArchivePlan) -> None:
    data = plan.zip()
    assert product_rows(data) == reference_rows(data)


def test_a_bigger_archive_reads_the_same() -> None:
    data = messy_archive(11, 400, 200, 800, 200, spoil=0.1)
    assert product_rows(data) == reference_rows(data)
