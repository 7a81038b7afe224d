"""What `ringback undo` shows before it does anything, when it does, and what it says then; and `redo`."""

import json

from tests.unit.cli.served import World, counts, serving
from tests.unit.cli.test_listing import Ringback

PREVIEW = "/v1/imports/i-1/undo"
UNDONE = {"removed": 1_200, "restored": 3, "kept": 2}
OTHERS = [
    {"who": "import", "import_id": "i-0", "records": 4},
    {"who": "person", "import_id": None, "records": 1},
    {"who": "live", "import_id": None, "records": 5},
]


def previewed(world: World) -> None:
    world.files[PREVIEW] = json.dumps({"files": {"contacts": UNDONE | {"others": OTHERS}}}).encode()


def test_what_it_would_do_and_because_of_whom_records_stay_is_shown_and_nothing_done_unless_said(
    world: World, port: int, ringback: Ringback
) -> None:
    previewed(world)
    with serving(world, port):
        result = ringback("undo", "i-1")
    assert result.exit_code == 1
    assert "contacts" in result.stdout and "1,200" in result.stdout
    assert "contacts: 4 stay because of import i-0" in result.stderr
    assert "1 stay because of what people said" in result.stderr and "5 stay because of live events" in result.stderr
    assert world.state["id"] == "i-1"


def test_a_script_only_looks_unless_it_says_yes(world: World, port: int, ringback: Ringback) -> None:
    previewed(world)
    with serving(world, port):
        looked = ringback("undo", "i-1", "--json")
        assert (looked.exit_code, world.state["id"]) == (0, "i-1")
        world.ends_when_asked = 0
        world.state |= {"undone": {"contacts": UNDONE}}
        done = ringback("undo", "i-1", "--json", "--yes")
    assert json.loads(looked.stdout)["contacts"] == UNDONE | {"others": OTHERS}
    assert (done.exit_code, json.loads(done.stdout)) == (0, {"contacts": UNDONE})
    assert world.state["id"] == "i-2" and "ringback redo i-1" in done.stderr


def test_what_was_undone_is_brought_back_and_told_as_any_import(world: World, port: int, ringback: Ringback) -> None:
    world.ends_when_asked = 0
    with serving(world, port):
        result = ringback("redo", "i-1", "--json")
    assert json.loads(result.stdout)["summary"] == {"contacts": counts(4, new=3, failed=1)}


def test_the_servers_reason_is_said(world: World, port: int, ringback: Ringback) -> None:
    previewed(world)
    world.refusal = {"title": "It cannot be undone", "status": 409, "detail": "It is undone already."}
    with serving(world, port):
        result = ringback("undo", "i-1", "--yes")
    assert result.exit_code == 1 and "It is undone already." in result.stderr
