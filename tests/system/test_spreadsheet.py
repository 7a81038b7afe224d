"""A newcomer's way with a spreadsheet, by the command line alone."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.stack import Stack

Ringback = Callable[..., str]


@pytest.fixture
def ringback(shared_stack: Stack) -> Ringback:
    """As the owner of a tenant that has nothing yet; answers what is on stdout."""
    who = {"RINGBACK_URL": shared_stack.url, "RINGBACK_TOKEN": shared_stack.token("spreadsheet")}

    def run(*words: object) -> str:
        command = [sys.executable, "-m", "cli", *map(str, words)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=120, env=os.environ | who)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    return run


def test_a_spreadsheet_goes_in_is_mended_and_comes_out_again(ringback: Ringback, tmp_path: Path) -> None:
    table, failed, out = (tmp_path / name for name in ("people.csv", "failed.csv", "all.xlsx"))
    ringback("sample", table, "--contacts", 300)
    said = ("--map", "Favourite colour=custom:Colour", "--save-template", "people")
    first = json.loads(ringback("import", table, "--apply", "--json", *said))
    ringback("errors", first["id"], "--out", failed)
    mend(failed)
    retried = json.loads(ringback("retry", first["id"], failed, "--apply", "--json"))
    new = first["summary"]["contacts"]["new"] + retried["summary"]["contacts"]["new"]
    assert retried["summary"]["contacts"]["new"] > 0
    ringback("export", "contacts", "--out", out)
    header, *rows = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()
    assert len(rows) == new and any("Colour" in each for each in header)
    again = json.loads(ringback("import", table, "--apply", "--json", "--template", "people"))
    assert again["summary"]["contacts"]["new"] == again["summary"]["contacts"]["updated"] == 0


def mend(failed: Path) -> None:
    """Each gets a number of its own."""
    with failed.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    for number, row in enumerate(rows):
        row[header.index("Phone")] = f"+1206555{5_000 + number}"
    with failed.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
