"""Keys come and go without a restart, and nobody can make a process read their file all the time."""

import os
from pathlib import Path
from unittest.mock import patch

import pytest
from structlog.testing import capture_logs

from ringback.http import keys
from ringback.http.keys import BadKeys, Keyring
from ringback.http.tokens import InvalidToken, sign, verify


@pytest.fixture
def file(tmp_path: Path) -> Path:
    keys.rotate(tmp_path / "keys.json", 0)
    return tmp_path / "keys.json"


def signed(file: Path) -> str:
    return sign(Keyring(file).signing, tenant="acme", role="viewer")


def test_a_rotated_key_signs_and_the_one_before_still_verifies(file: Path) -> None:
    running, before = Keyring(file), signed(file)
    keys.rotate(file, 3600)
    after = signed(file)
    assert verify(running, before).tenant == verify(running, after).tenant == "acme"
    assert running.signing.kid == keys.read(file)[0].kid != keys.read(file)[1].kid


def test_a_key_that_is_retired_opens_nothing_more(file: Path) -> None:
    running, before = Keyring(file), signed(file)
    keys.rotate(file, 0)
    with pytest.raises(InvalidToken):
        verify(running, before)
    assert len(keys.read(file)) == 1


def test_a_second_rotation_prolongs_no_key(file: Path) -> None:
    keys.rotate(file, 100)
    until = keys.read(file)[1].exp
    keys.rotate(file, 1_000_000)
    assert [key.exp for key in keys.read(file)][2] == until


def test_the_file_is_for_its_owner_alone(file: Path) -> None:
    keys.rotate(file, 3600)
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_made_up_key_ids_make_nobody_read_the_file(file: Path) -> None:
    running = Keyring(file)
    with patch.object(keys, "read", wraps=keys.read) as reads:
        assert [running.find(f"made up {each}") for each in range(100)] == [None] * 100
        assert reads.call_count == 0
        keys.rotate(file, 3600)
        reads.reset_mock()
        assert running.find(keys.SigningKey(kty="oct", kid="x", k="A" * 43).kid) is None
        assert running.find("y") is None
        assert reads.call_count == 1


@pytest.mark.parametrize("content", ["", "{}", '{"keys": []}', '{"keys": [{"kty": "RSA", "kid": "a", "k": "b"}]}'])
def test_a_file_that_cannot_be_read_leaves_the_keys_as_they_were(file: Path, content: str) -> None:
    running, token = Keyring(file), signed(file)
    file.write_text(content)
    with capture_logs() as told:
        assert verify(running, token).tenant == verify(running, token).tenant == "acme"
    assert [each["event"] for each in told] == ["signing_keys_unreadable"]
    file.unlink()
    assert verify(running, token).tenant == "acme"


@pytest.mark.parametrize(
    "content",
    [
        '{"keys": [{"kty": "oct", "kid": "a", "k": "c2hvcnQ"}]}',
        '{"keys": [{"kty": "oct", "kid": "", "k": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}',
        '{"keys": [{"kty": "oct", "kid": "a", "k": "!"}]}',
        '{"keys": [{"kty": "oct", "kid": "a", "k": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "alg": "none"}]}',
    ],
)
def test_a_process_does_not_start_with_keys_that_are_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "keys.json").write_text(content)
    with pytest.raises(BadKeys):
        Keyring(tmp_path / "keys.json")


def test_a_missing_file_says_how_it_is_made(tmp_path: Path) -> None:
    with pytest.raises(BadKeys, match="ringback keys rotate --keys"):
        Keyring(tmp_path / "keys.json")


def test_one_key_cannot_stand_for_two(file: Path) -> None:
    twice = file.read_text().replace("[", "[" + file.read_text().split("[")[1].split("]")[0] + ",", 1)
    file.write_text(twice)
    os.utime(file)
    with pytest.raises(BadKeys, match="of its own"):
        Keyring(file)
