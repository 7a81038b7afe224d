"""`ringback imports`, `errors`, and what is said where no server is."""

import json
from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

from tests.unit.cli.served import World, counts, serving

Ringback = Callable[..., Result]

ERRORS = "/v1/imports/i-1/errors"
ROW = {"file": "calls.csv", "line": 7, "code": "no_time", "column": "started_at", "message": "Write it as ISO 8601."}


def test_errors_as_json_have_every_page_and_five_fields(world: World, port: int, ringback: Ringback) -> None:
    world.pages[ERRORS] = [[ROW | {"row": 3}], [ROW | {"line": 9, "column": None}]]
    with serving(world, port):
        result = ringback("errors", "i-1", "--json")
    assert json.loads(result.stdout) == [ROW, ROW | {"line": 9, "column": None}]


def test_errors_as_a_table_show_brackets_of_the_message_as_they_stand(
    world: World, port: int, ringback: Ringback
) -> None:
    world.pages[ERRORS] = [[ROW | {"message": "[red]bad[/red] cell"}]]
    with serving(world, port):
        result = ringback("errors", "i-1")
    assert "[red]bad[/red] cell" in result.stdout
    assert "calls.csv" in result.stdout


def test_a_cell_can_neither_steer_the_terminal_nor_break_its_encoding(
    world: World, port: int, ringback: Ringback
) -> None:
    world.pages[ERRORS] = [[ROW | {"message": "a \x1b[2J b", "cells": {"body": "\ud800"}, "column": "\ud800"}]]
    with serving(world, port):
        table = ringback("errors", "i-1")
        array = json.loads(ringback("errors", "i-1", "--json").stdout)
    assert table.exit_code == 0
    assert "a \\x1b[2J b" in table.stdout and "\\ud800" in table.stdout
    assert array[0]["column"] == "\ud800"


def test_the_log_tells_when_and_what_in_every_page(world: World, port: int, ringback: Ringback) -> None:
    entry = {"at": "2026-01-02T03:04:05.6Z", "event": "started", "message": "A worker [b]egan.", "by": None}
    world.pages["/v1/imports/i-1/log"] = [[entry], [entry | {"message": "It finished."}]]
    with serving(world, port):
        table = ringback("log", "i-1").stdout
        array = json.loads(ringback("log", "i-1", "--json").stdout)
    assert "2026-01-02 03:04:05  A worker [b]egan." in table and "It finished." in table
    assert array == [entry, entry | {"message": "It finished."}]


def test_no_errors_are_an_empty_array(world: World, port: int, ringback: Ringback) -> None:
    world.pages[ERRORS] = [[]]
    with serving(world, port):
        assert json.loads(ringback("errors", "i-1", "--json").stdout) == []


def test_imports_show_status_and_rows(world: World, port: int, ringback: Ringback) -> None:
    item = world.state | {"filename": "export.zip", "created_at": "2026-01-02T03:04:05Z"}
    item["summary"] = {"contacts": counts(1_200, new=1_200), "calls": counts(34, failed=34)}
    world.pages["/v1/imports"] = [[item], [item | {"id": "i-2"}]]
    with serving(world, port):
        table = ringback("imports").stdout
        array = json.loads(ringback("imports", "--json", "--limit", "1").stdout)
    assert "i-1" in table and "i-2" in table and "1,234" in table and "2026-01-02 03:04:05" in table
    assert array == [item]


def test_without_a_stack_the_way_to_one_is_said(ringback: Ringback, tmp_path: Path) -> None:
    result = ringback("imports", "--state", tmp_path / "none", RINGBACK_URL="", RINGBACK_TOKEN="")
    assert result.exit_code == 1
    assert "ringback up" in result.stderr and "RINGBACK_URL" in result.stderr


def test_what_the_server_does_not_know_is_said_in_its_words(world: World, port: int, ringback: Ringback) -> None:
    with serving(world, port):
        result = ringback("errors", "i-9", "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "There is no such import." in result.stderr


def test_what_is_asked_of_the_history_is_handed_on(world: World, port: int, ringback: Ringback) -> None:
    world.pages["/v1/imports"] = [[]]
    words = (
        "--status",
        "failed",
        "--status",
        "finished",
        "--real",
        "--since",
        "2026-01-02",
        "--search",
        "x",
        "--hidden",
    )
    with serving(world, port):
        assert ringback("imports", "--json", *words).exit_code == 0
    asked = {"created_from": "2026-01-02T00:00:00Z", "q": "x", "dry_run": "false", "hidden": "true", "limit": "200"}
    assert world.filters == sorted([("status", "failed"), ("status", "finished"), *asked.items()])


def test_all_imports_are_summed_up(world: World, port: int, ringback: Ringback) -> None:
    figures = {"seen": 5_000, "new": 4_000, "updated": 0, "skipped": 900, "failed": 100}
    told = {"imports": 3, "hidden": 1, "by_status": {"finished": 3}, "last": None}
    told |= {"real": {"imports": 2, "rows": {"calls": figures}}, "dry": {"imports": 1, "rows": {}}}
    world.files["/v1/imports/summary"] = json.dumps(told).encode()
    with serving(world, port):
        table = ringback("summary").stdout
        assert json.loads(ringback("summary", "--json").stdout) == told
    assert "3 imports: 3 finished" in table and "2 for real" in table and "1 dry" in table
    assert "5,000  4,000" in table


def test_hiding_says_what_becomes_of_it_or_why_not(world: World, port: int, ringback: Ringback) -> None:
    with serving(world, port):
        hidden = ringback("hide", "i-1")
        running = ringback("hide", "i-1")
    assert hidden.exit_code == 0 and "ringback imports --hidden" in hidden.stderr
    assert running.exit_code == 1 and "It is queued" in running.stderr
