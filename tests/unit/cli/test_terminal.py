"""On a terminal the bars move, on stderr; stdout stays the script's."""

import json
import os
import pty
import subprocess
import sys
import threading
from pathlib import Path

from tests.unit.cli.served import TOKEN, World, serving, snapshot


def _all_of(terminal: int, into: list[bytes]) -> None:
    while True:
        try:
            into.append(os.read(terminal, 65_536))
        except OSError:
            return


def test_bars_are_drawn_on_the_terminal_and_json_stays_one_line(world: World, port: int, archive: Path) -> None:
    world.snapshots = [snapshot(new=1), snapshot(new=2) | {"rows_per_s": 321.0, "remaining_s": 65.0}]
    world.ends_when_asked = 2
    ours, theirs = pty.openpty()
    drawn: list[bytes] = []
    reader = threading.Thread(target=_all_of, args=(ours, drawn))
    reader.start()
    environment = os.environ | {
        "RINGBACK_URL": f"http://127.0.0.1:{port}",
        "RINGBACK_TOKEN": TOKEN,
        "TERM": "xterm",
        "COLUMNS": "120",
    }
    with serving(world, port):
        command = [sys.executable, "-m", "cli", "import", str(archive), "--json"]
        ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, env=environment, timeout=60)
    os.close(theirs)
    reader.join(10)
    os.close(ours)
    screen = b"".join(drawn).decode()
    assert ended.returncode == 0, screen
    assert json.loads(ended.stdout)["status"] == "finished"
    assert "2/4" in screen and "321 rows/s" in screen and "1:05 remaining" in screen
