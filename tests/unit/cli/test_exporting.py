"""`ringback export` and `template`: the server's bytes, under the file's name only once they are all there."""

from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

from tests.unit.cli.served import World, serving

Ringback = Callable[..., Result]
TABLE = "\ufeffphone,name\r\n+14155550100,=Zoë\r\n".encode()


def test_an_export_goes_to_stdout_byte_by_byte_and_hands_on_what_it_is_told(
    world: World, port: int, ringback: Ringback
) -> None:
    world.files["/v1/exports/contacts"] = TABLE
    with serving(world, port):
        plain = ringback("export", "contacts")
        ringback(
            "export",
            "contacts",
            "--list",
            "vip",
            "--tag",
            "t",
            "--search",
            "ann",
            "--limit",
            3,
            "--excel-safe",
            "--import",
            "i-1",
        )
    assert (plain.exit_code, plain.stdout_bytes) == (0, TABLE)
    chosen = {"list": "vip", "tag": "t", "q": "ann", "limit": "3", "excel_safe": "true", "import_id": "i-1"}
    assert world.queries == [{"format": "csv"}, {"format": "csv", **chosen}]


def test_the_format_is_what_the_files_name_says_unless_it_is_said(
    world: World, port: int, ringback: Ringback, tmp_path: Path
) -> None:
    world.files["/v1/exports/calls"] = world.files["/v1/templates/calls"] = TABLE
    with serving(world, port):
        told = ringback("export", "calls", "--out", tmp_path / "calls.XLSX")
        ringback("export", "calls", "--out", tmp_path / "calls.txt", "--format", "ndjson")
        ringback("template", "calls", "--out", tmp_path / "empty.xlsx")
        unknown = ringback("export", "calls", "--out", tmp_path / "calls.doc")
    assert [each["format"] for each in world.queries] == ["xlsx", "ndjson", "xlsx"]
    assert (tmp_path / "calls.XLSX").read_bytes() == TABLE
    assert f"calls.XLSX: {len(TABLE)} bytes" in told.stderr
    assert unknown.exit_code == 1 and "--format" in unknown.stderr


def test_a_file_that_does_not_come_whole_leaves_the_one_before_as_it_was(
    world: World, port: int, ringback: Ringback, tmp_path: Path
) -> None:
    out = tmp_path / "contacts.csv"
    out.write_bytes(b"of yesterday")
    world.files["/v1/exports/contacts"] = TABLE
    world.breaks_off = True
    with serving(world, port):
        broken = ringback("export", "contacts", "--out", out)
        refused = ringback("export", "messages", "--out", out)
    assert (broken.exit_code, refused.exit_code) == (1, 1)
    assert "no whole answer" in broken.stderr and "There is no such" in refused.stderr
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"of yesterday"]


def test_a_folder_that_is_not_there_is_said(world: World, port: int, ringback: Ringback, tmp_path: Path) -> None:
    world.files["/v1/exports/contacts"] = TABLE
    with serving(world, port):
        result = ringback("export", "contacts", "--out", tmp_path / "none" / "contacts.csv")
    assert result.exit_code == 1
    assert "No such file or directory" in result.stderr


def test_what_does_not_choose_among_its_records_is_refused_and_not_passed_over(ringback: Ringback) -> None:
    of_calls = ringback("export", "calls", "--list", "vip")
    of_contacts = ringback("export", "contacts", "--participant", "+14155550100")
    assert (of_calls.exit_code, of_contacts.exit_code) == (1, 1)
    assert "--list does not choose among calls" in of_calls.stderr
    assert "--participant does not choose among contacts" in of_contacts.stderr
