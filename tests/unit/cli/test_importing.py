"""`ringback import`: what it prints, how it exits, what it rides out."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

from cli.answers import Import
from cli.connection import Connection
from cli.importing import line, run
from cli.server import Server
from tests.unit.cli.served import TOKEN, World, counts, serving, snapshot

Ringback = Callable[..., Result]


def test_json_is_one_line_on_stdout_with_the_figures_of_the_api(
    world: World, port: int, ringback: Ringback, archive: Path
) -> None:
    world.snapshots = [snapshot(new=2), snapshot("finished", new=3, failed=1)]
    world.ends_when_asked = 1
    with serving(world, port):
        result = ringback("import", archive, "--json")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.count("\n") == 1
    told = json.loads(result.stdout)
    assert told.pop("seconds") > 0
    assert told == {
        "id": "i-1",
        "status": "finished",
        "dry_run": True,
        "summary": {"contacts": counts(4, new=3, failed=1)},
    }
    assert "ringback errors i-1" in result.stderr


def test_it_is_dry_unless_applied_and_hands_on_what_it_is_told(
    world: World, port: int, ringback: Ringback, archive: Path
) -> None:
    world.ends_when_asked = 1
    with serving(world, port):
        ringback("import", archive)
        ringback("import", archive, "--apply", "--notes", "n", "--source", "quo", "--tag", "a;b", "--tag", "c")
    sent = {"name": "export.zip", "size": 5_002}
    usual = {"on_duplicate": "update", "match_on": "both"}
    assert world.uploads[0] == {"dry_run": "true", **usual, **sent}
    assert world.uploads[1] == {"dry_run": "false", "notes": "n", "source": "quo", "tags": "a;b;c", **usual, **sent}


def test_the_end_is_what_the_api_says_though_the_socket_stays_silent(
    world: World, port: int, ringback: Ringback, archive: Path
) -> None:
    world.snapshots = [snapshot("finished", new=4)]
    world.ends_when_asked = 3
    with serving(world, port):
        result = ringback("import", archive)
    assert result.exit_code == 0
    assert world.asked == 3
    assert "finished" in result.stdout


def test_a_dry_run_names_the_command_that_applies_it_which_watches_the_child_to_its_end(
    world: World, port: int, ringback: Ringback, archive: Path
) -> None:
    world.ends_when_asked = 1
    with serving(world, port):
        dry = ringback("import", archive)
        applied = ringback("apply", "i-1")
    assert "`ringback apply i-1`" in dry.stderr
    assert (applied.exit_code, world.state["parent"]) == (0, "i-1")
    assert "for real) · import i-2" in applied.stdout
    assert "ringback apply" not in applied.stderr


def test_what_cannot_be_applied_says_why_and_exits_1(world: World, port: int, ringback: Ringback) -> None:
    detail = "It was applied already, as import i-2, which is running."
    world.refusal = {"title": "It cannot be applied", "status": 409, "detail": detail}
    with serving(world, port):
        result = ringback("apply", "i-1")
    assert (result.exit_code, result.stdout) == (1, "")
    assert detail in result.stderr


def test_a_refused_upload_says_the_problem_and_nothing_on_stdout(
    world: World, port: int, ringback: Ringback, archive: Path
) -> None:
    detail = "export.zip is no ZIP archive; export it again."
    world.refusal = {"title": "Unreadable", "status": 422, "detail": detail}
    with serving(world, port):
        result = ringback("import", archive, "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert detail in result.stderr
    assert len(world.uploads) == 1


def test_a_form_that_is_refused_names_its_fields(world: World, port: int, ringback: Ringback, archive: Path) -> None:
    errors = [{"where": ["source"], "detail": "at most 100 characters"}]
    world.refusal = {"title": "The form is not valid", "status": 422, "errors": errors}
    with serving(world, port):
        result = ringback("import", archive, "--source", "x" * 101)
    assert result.exit_code == 1
    assert "export.zip: source: at most 100 characters" in result.stderr


def test_an_import_that_failed_exits_1_with_its_reason(
    world: World, port: int, ringback: Ringback, archive: Path
) -> None:
    world.state |= {"status": "failed", "reason": "over 1,000 rows were refused"}
    with serving(world, port):
        result = ringback("import", archive, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["status"] == "failed"
    assert "over 1,000 rows were refused" in result.stderr


def importing(port: int, archive: Path) -> tuple[threading.Event, Callable[[], Import]]:
    """An import in a thread of its own: an event for when it first says that the server is away, and its end."""
    away, ended = threading.Event(), list[Import]()
    server = Server(Connection(f"http://127.0.0.1:{port}", TOKEN), 30, lambda _: away.set())
    client = threading.Thread(target=lambda: ended.append(run(server, str(archive), {})[0]))
    client.start()

    def end() -> Import:
        client.join(30)
        return ended[0]

    return away, end


def test_a_server_that_comes_later_gets_the_upload_once(world: World, port: int, archive: Path) -> None:
    world.ends_when_asked = 1
    away, end = importing(port, archive)
    assert away.wait(20)
    with serving(world, port):
        assert end().status == "finished"
    assert len(world.uploads) == 1


def test_a_server_that_never_comes_is_given_up(ringback: Ringback, archive: Path) -> None:
    result = ringback("import", archive, "--wait", "0.3", "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "refused" in result.stderr


def test_a_restart_in_mid_import_is_ridden_out(world: World, port: int, archive: Path) -> None:
    world.snapshots = [snapshot(new=2)]
    with serving(world, port):
        away, end = importing(port, archive)
        assert world.joined.wait(20)
    assert away.wait(20)
    world.finish(contacts=counts(4, new=4))
    with serving(world, port):
        ended = end()
    assert line(ended, 0)["summary"] == {"contacts": counts(4, new=4)}
    assert len(world.uploads) == 1


def test_a_file_that_is_not_there_is_said_without_asking_a_server(ringback: Ringback, tmp_path: Path) -> None:
    result = ringback("import", tmp_path / "gone.zip")
    assert result.exit_code == 1
    assert "gone.zip: No such file" in result.stderr


def test_what_is_chosen_of_a_table_becomes_the_forms_fields(
    world: World, port: int, ringback: Ringback, archive: Path
) -> None:
    world.ends_when_asked = 1
    table = ("--entity", "calls", "--sheet", "2", "--header-row", "4", "--encoding", "cp1250")
    shared = ("--list", "vip", "--board-number", "+14155550100", "--default", "market=West", "--default", "city=a=b")
    with serving(world, port):
        assert ringback("import", archive, *table, *shared, "--match-on", "email").exit_code == 0
        wrong = ringback("import", archive, "--default", "market")
    told = world.uploads[0]
    assert (told["entity"], told["sheet"], told["header_row"], told["encoding"]) == ("calls", "2", "4", "cp1250")
    assert (told["list"], told["board_number"], told["match_on"]) == ("vip", "+14155550100", "email")
    assert json.loads(told["defaults"]) == {"market": "West", "city": "a=b"}
    assert wrong.exit_code == 1 and "FIELD=VALUE" in wrong.stderr and len(world.uploads) == 1


def test_what_lies_behind_a_url_is_fetched_by_the_server(world: World, port: int, ringback: Ringback) -> None:
    world.ends_when_asked = 1
    with serving(world, port):
        assert ringback("import", "https://example.com/people.csv").exit_code == 0
    usual = {"dry_run": "true", "on_duplicate": "update", "match_on": "both"}
    assert world.uploads == [{**usual, "url": "https://example.com/people.csv"}]
