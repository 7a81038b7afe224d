"""The contract changes only compatibly: the schemas as they are, against those of the last tag."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ringback.events import topics
from ringback.events.codec import OF_TOPIC
from ringback.events.publish import FOLDER
from ringback.events.publish.compatibility import narrowed, withheld
from ringback.events.publish.schemas import type_of

ROOT = Path(__file__).parents[2]
SCHEMAS = (FOLDER / "schemas").relative_to(ROOT)

Schemas = dict[str, dict[str, Any]]


def git(*words: str) -> str:
    done = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"git {' '.join(words)}: {done.stderr.strip()}"
    return done.stdout.strip()


@pytest.fixture(scope="module")
def released() -> Schemas:
    """Of the last tag of a version before this state, by the name of their files."""
    if not (ROOT / ".git").exists():
        pytest.skip("no repository is here to say what was released")
    versions = git("tag", "--merged", "HEAD", "--sort=-version:refname", "--list", "v[0-9]*").splitlines()
    if not versions:
        pytest.skip("this clone has no tag of a version: git fetch --tags brings them")
    paths = git("ls-tree", "-r", "--name-only", versions[0], f"{SCHEMAS}/").splitlines()
    return {Path(path).name: json.loads(git("show", f"{versions[0]}:{path}")) for path in paths}


def current() -> Schemas:
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / SCHEMAS).glob("*.json")}


def ours() -> set[str]:
    """Files of the types that nobody else writes: others read them."""
    return {
        f"{type_of(event)}.json"
        for topic, codec in OF_TOPIC.items()
        if topics.ANYONE not in topic.writers
        for event in codec.types
    }


def broken(before: Schemas, after: Schemas) -> list[str]:
    """Why the one must not follow the other, type by type."""
    reasons = [f"{name} is gone" for name in before.keys() - after.keys()]
    for name in sorted(before.keys() & after.keys()):
        of_readers = withheld(before[name], after[name]) if name in ours() else []
        reasons += [f"{name} {each}" for each in dict.fromkeys(narrowed(before[name], after[name]) + of_readers)]
    return reasons


def test_whatever_was_valid_at_the_last_release_still_is_and_readers_find_what_they_found(released: Schemas) -> None:
    """A change that is refused here is a new version of its type (`….v2`), with readers of both."""
    assert broken(released, current()) == []


def test_a_type_that_goes_and_a_member_that_may_be_missing_are_told() -> None:
    now = current()
    without = {name: each for name, each in now.items() if name != "ringback.tally.v1.json"}
    assert broken(now, without) == ["ringback.tally.v1.json is gone"]
    snapshot = "ringback.progress.changed.v1.json"
    looser = json.loads(json.dumps(now[snapshot]))
    looser["$defs"]["Snapshot"]["required"].remove("status")
    assert broken(now, now | {snapshot: looser}) == [f"{snapshot} $.data.status: may be left out now"]
    assert broken(now, now) == []
