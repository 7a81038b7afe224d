"""Passwords reach the services as files, which nobody else can read, and which stay what they are."""

import os
import subprocess
import sys
from pathlib import Path

from deploy import secret_files

READ = "from services.calls.settings import CallsSettings as S; print(S().writer_dsn, S().api_dsn)"


def test_they_are_made_once_in_a_folder_that_is_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    made = secret_files.make(folder)
    before = {name: (folder / name).read_text() for name in made}
    (folder / made[0]).unlink()
    assert secret_files.make(folder) == made[:1]
    assert folder.stat().st_mode & 0o777 == 0o700
    after = {path.name: path.read_text() for path in folder.iterdir()}
    assert after.keys() == before.keys()
    assert {name for name in made if after[name] != before[name]} == {made[0]}


def test_a_service_reads_its_own_from_the_folder_and_the_environment_goes_before(tmp_path: Path) -> None:
    secret_files.make(tmp_path)
    environment = os.environ | {"RINGBACK_SECRETS": str(tmp_path), "RINGBACK_CALLS_API_DSN": "postgresql://given"}
    told = subprocess.run([sys.executable, "-c", READ], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.split() == [(tmp_path / "ringback_calls_writer_dsn").read_text(), "postgresql://given"]
