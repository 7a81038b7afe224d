"""`make secrets`: what the compose stack keeps secret, one file each, made where it is missing and never changed.

Only the standard library, so that a machine that has nothing but Docker and Python can do it. The folder is closed to
everyone else; the files in it are not, since a secret that compose mounts keeps its mode, and the services, who are
not root, must read theirs.
"""

import argparse
import os
import secrets
import sys
from pathlib import Path

SERVICES = ("ingest", "contacts", "conversations", "calls")
ROLES = ("owner", "writer", "api")
#: As the compose stack's own network names it.
SERVER = "postgres:5432"


def texts() -> dict[str, str]:
    """Each file's name, as the settings read it, and a fresh text for it."""
    dsns = {
        f"ringback_{service}_{role}_dsn": f"postgresql://{service}_{role}:{secrets.token_hex(24)}@{SERVER}/{service}"
        for service in SERVICES
        for role in ROLES
    }
    return dsns | {"ringback_postgres_password": secrets.token_hex(24)}


def make(folder: Path) -> list[str]:
    """The names of those that were missing. Each appears whole or not at all."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    missing = {name: text for name, text in texts().items() if not (folder / name).exists()}
    for name, text in missing.items():
        aside = folder / f".{name}"
        aside.write_text(text)
        aside.chmod(0o444)
        os.replace(aside, folder / name)
    return list(missing)


def main() -> int:
    """Names no secret, only where they lie."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    made = make(folder)
    sys.stdout.write(f"{len(made)} secrets made in {folder}, the rest were there\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
