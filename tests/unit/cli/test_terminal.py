"""On a terminal the bars move, on stderr; stdout stays the script's."""

import json
import os
import pty
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.cli.mapped import mapping_of, waits_for_its_mapping
from tests.unit.cli.served import TOKEN, World, serving, snapshot


class Terminal:
    """One that a command is run on: what it draws, and keys that are struck once it asks."""

    def __init__(self) -> None:
        self.ours, self.theirs = pty.openpty()
        self._drawn: list[bytes] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    @property
    def screen(self) -> str:
        return b"".join(self._drawn).decode(errors="replace")

    def close(self) -> None:
        os.close(self.theirs)
        self._reader.join(10)
        os.close(self.ours)

    def answer(self, *lines: str) -> None:
        """Each at its own question."""
        deadline = time.monotonic() + 60
        for number, line in enumerate(lines, 1):
            while self.screen.count("\n> ") < number:
                assert time.monotonic() < deadline, self.screen
                time.sleep(0.02)
            os.write(self.ours, line.encode() + b"\n")

    def _read(self) -> None:
        while True:
            try:
                self._drawn.append(os.read(self.ours, 65_536))
            except OSError:
                return


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    terminal = Terminal()
    yield terminal
    terminal.close()


def run_on(terminal: Terminal, port: int, *words: object) -> "subprocess.Popen[bytes]":
    environment = os.environ | {
        "RINGBACK_URL": f"http://127.0.0.1:{port}",
        "RINGBACK_TOKEN": TOKEN,
        "TERM": "xterm",
        "COLUMNS": "120",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "cli", *map(str, words)],
        stdin=terminal.theirs,
        stdout=subprocess.PIPE,
        stderr=terminal.theirs,
        env=environment,
    )


def test_bars_are_drawn_on_the_terminal_and_json_stays_one_line(
    world: World, port: int, archive: Path, terminal: Terminal
) -> None:
    world.snapshots = [snapshot(new=1), snapshot(new=2) | {"rows_per_s": 321.0, "remaining_s": 65.0}]
    world.ends_when_asked = 2
    with serving(world, port):
        command = run_on(terminal, port, "import", archive, "--json")
        out, _ = command.communicate(timeout=60)
    assert command.returncode == 0, terminal.screen
    assert json.loads(out)["status"] == "finished"
    assert "2/4" in terminal.screen and "321 rows/s" in terminal.screen and "1:05 remaining" in terminal.screen


def test_a_terminal_is_asked_what_the_columns_are_until_the_server_takes_it(
    world: World, port: int, archive: Path, terminal: Terminal
) -> None:
    waits_for_its_mapping(world)
    world.refused_mapping = "'Town' is mapped to phone, and a phone is what is in no row of it."
    with serving(world, port):
        command = run_on(terminal, port, "import", archive, "--json")
        terminal.answer("town=phone", "", "9=city", "3=", "")
        out, _ = command.communicate(timeout=60)
    assert command.returncode == 0 and json.loads(out)["status"] == "finished", terminal.screen
    assert "Oslo · Rome" in terminal.screen and "50 %" in terminal.screen
    assert "there is no such column" in terminal.screen and "in no row of it" in terminal.screen
    assert [mapping_of(body) for _, body in world.bodies] == [
        {"Tel": "custom:Tel", "Town": "phone", "Born": "custom:Born"},
        {"Tel": "custom:Tel", "Town": "phone", "Born": None},
    ]
