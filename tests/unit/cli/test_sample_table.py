"""A sample as one table: the same rows in every format, the same bytes for the same seed."""

import csv
import json
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from cli.__main__ import app

FORMATS = ("csv", "tsv", "xlsx", "json", "ndjson")


def sample(out: Path, *words: object) -> Path:
    result = CliRunner().invoke(app, ["sample", str(out), *map(str, words)])
    assert result.exit_code == 0, result.stderr
    return out


def table(path: Path) -> list[list[str]]:
    """The header and the rows, however they are written; a cell too many is left out, as JSON has none."""
    match path.suffix:
        case ".xlsx":
            rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        case ".json":
            rows = cells(json.loads(path.read_text("utf-8"))[path.stem])
        case ".ndjson":
            rows = cells([json.loads(line) for line in path.read_text("utf-8").splitlines()])
        case suffix:
            with path.open(encoding="utf-8", newline="") as file:
                rows = list(csv.reader(file, delimiter="\t" if suffix == ".tsv" else ","))
    return [row[: len(rows[0])] for row in rows]


def cells(items: list[dict[str, str]]) -> list[list[str]]:
    return [list(items[0]), *(list(item.values()) for item in items)]


@pytest.mark.parametrize("entity", ["contacts", "conversations", "messages", "calls"])
def test_a_table_has_the_same_rows_in_every_format(tmp_path: Path, entity: str) -> None:
    files = [sample(tmp_path / f"{entity}.{each}", f"--{entity}", 300) for each in FORMATS]
    header, *rows = wanted = table(files[0])
    assert len(rows) == 300 and len(set(header)) == len(header)
    for file in files[1:]:
        assert table(file) == wanted, file


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    for each in FORMATS:
        made = [
            sample(tmp_path / f"{name}.{each}", "--contacts", 30, "--seed", seed).read_bytes()
            for name, seed in (("a", 1), ("b", 1), ("c", 2))
        ]
        assert made[0] == made[1] != made[2]


def test_a_name_that_says_no_format_is_told_which_there_are(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["sample", str(tmp_path / "contacts.doc")])
    assert result.exit_code == 1
    assert ".zip" in result.stderr and ".xlsx" in result.stderr
    assert not list(tmp_path.iterdir())
