"""`ringback keys`: a file of keys, with a stack or without one."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from ringback.http.keys import Keyring, read
from ringback.http.tokens import verify
from standalone.state import State

Ringback = Callable[..., Result]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def test_the_first_rotation_makes_the_file(ringback: Ringback, file: Path) -> None:
    assert ringback("keys", "rotate", "--keys", file).exit_code == 0
    assert len(read(file)) == 1


def test_a_list_shows_ids_and_times_and_no_secret(ringback: Ringback, file: Path) -> None:
    ringback("keys", "rotate", "--keys", file)
    ringback("keys", "rotate", "--keys", file, "--retire-after", 5)
    shown = ringback("keys", "list", "--keys", file).stdout
    newest, former = read(file)
    lines = [line.split() for line in shown.splitlines()]
    assert [lines[1][0], lines[1][-1], lines[2][0]] == [newest.kid, "yes", former.kid]
    assert not [key for key in (newest, former) if key.k in shown]


def test_a_token_is_signed_by_the_file_that_the_environment_names(ringback: Ringback, file: Path) -> None:
    ringback("keys", "rotate", "--keys", file)
    result = ringback("token", "--role", "operator", RINGBACK_SIGNING_KEYS=str(file))
    assert verify(Keyring(file), result.stdout.strip()).role == "operator"


def test_the_stacks_own_file_is_rotated_where_none_is_named(ringback: Ringback, tmp_path: Path) -> None:
    state = State.create(tmp_path / "state")
    before = read(state.signing_keys)
    assert ringback("keys", "rotate", "--state", state.path, "--retire-after", 0).exit_code == 0
    assert [key.kid for key in read(state.signing_keys)] != [key.kid for key in before]


@pytest.mark.parametrize("words", [("keys", "list"), ("keys", "rotate"), ("token", "--role", "operator")])
def test_a_file_that_holds_no_keys_is_said_so(ringback: Ringback, file: Path, words: tuple[str, ...]) -> None:
    file.write_text(json.dumps({"keys": []}))
    result = ringback(*words, "--keys", file)
    assert (result.exit_code, result.stdout) == (1, "")
    assert str(file) in result.stderr.replace("\n", "")
