"""Writes the lock files: `python -m standalone.lock`, run by hand when a version below changes.

jgo resolves the coordinates and writes exact versions and sha256 sums, no addresses. Postgres is locked for
every platform at once, so that the same commit holds on all of them.
"""

import tempfile
from pathlib import Path

from jgo.env import LockFile
from jgo.maven import MavenContext, PythonResolver

from standalone.jars import KAFKA_LOCK, POSTGRES_ARTIFACT, POSTGRES_LOCK, POSTGRES_PLATFORMS

KAFKA = (
    "org.apache.kafka:kafka_2.13:4.3.1",
    # Without a binding slf4j drops all that the broker has to say. The ! keeps its managed versions, an older
    # kafka-clients among them, from ruling over Kafka's.
    "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4!",
)
POSTGRES = tuple(f"io.zonky.test.postgres:{POSTGRES_ARTIFACT}-{p}:18.4.0" for p in POSTGRES_PLATFORMS)


def lock(coordinates: tuple[str, ...], name: str, target: Path) -> None:
    with tempfile.TemporaryDirectory() as repository:
        context = MavenContext(repo_cache=Path(repository))
        wanted = [context.create_dependency(coordinate) for coordinate in coordinates]
        inputs, transitive = PythonResolver().resolve(wanted)
        needed = [d for d in inputs + transitive if d.scope in (None, "compile", "runtime")]
        LockFile.from_resolved_dependencies(needed, environment_name=name).save(target)


if __name__ == "__main__":
    lock(KAFKA, "kafka", KAFKA_LOCK)
    lock(POSTGRES, "postgres", POSTGRES_LOCK)
