"""The failed rows as a file, and back again once they are mended."""

from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

from tests.unit.cli.served import World, counts, serving

Ringback = Callable[..., Result]
FILE = "/v1/imports/i-1/errors/file"
ROWS = "\ufeffid;línea\r\n1;2\r\n".encode()


def test_an_errors_file_goes_to_stdout_byte_by_byte(world: World, port: int, ringback: Ringback) -> None:
    world.finish(calls=counts(2, failed=2))
    world.files[FILE] = ROWS
    with serving(world, port):
        result = ringback("errors", "i-1", "--out", "-")
    assert result.stdout_bytes == ROWS
    assert world.queries == [{"format": "csv", "mended": "false"}]


def test_it_is_in_the_format_that_its_name_says_and_tells_what_to_do_next(
    world: World, port: int, ringback: Ringback, tmp_path: Path
) -> None:
    world.finish(calls=counts(2, failed=2), contacts=counts(2, failed=1))
    world.files[FILE] = ROWS
    with serving(world, port):
        book = ringback("errors", "i-1", "--out", tmp_path / "bad.xlsx", "--file", "calls")
        several = ringback("errors", "i-1", "--out", tmp_path / "all.zip")
        unnamed = ringback("errors", "i-1", "--out", tmp_path / "bad.csv")
    assert (tmp_path / "bad.xlsx").read_bytes() == ROWS
    assert f"ringback retry i-1 {tmp_path / 'bad.xlsx'}" in book.stderr and several.exit_code == 0
    assert [each.get("format") for each in world.queries] == ["xlsx", None]
    assert unnamed.exit_code == 1 and "calls and contacts failed" in unnamed.stderr and "--file" in unnamed.stderr


def test_a_retry_sends_the_mended_file_and_watches_the_child_to_its_end(
    world: World, port: int, ringback: Ringback, tmp_path: Path
) -> None:
    world.ends_when_asked = 1
    (tmp_path / "mended.csv").write_bytes(ROWS)
    with serving(world, port):
        result = ringback("retry", "i-1", tmp_path / "mended.csv", "--apply")
    assert (result.exit_code, world.state["parent"]) == (0, "i-1")
    assert world.uploads == [{"name": "mended.csv", "size": len(ROWS), "dry_run": "false"}]
    assert "import i-2" in result.stdout


def test_without_a_file_the_same_rows_are_tried_again(world: World, port: int, ringback: Ringback) -> None:
    world.ends_when_asked = 1
    with serving(world, port):
        result = ringback("retry", "i-1")
    assert (result.exit_code, world.uploads) == (0, [{"dry_run": "true"}])
    assert "import i-2" in result.stdout
