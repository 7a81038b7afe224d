"""`python -m services.ingest.sources.unroll UPLOAD ROWS WANTED`: the process that unrolls an upload, and ends.

It is started by `unrolling`, which also knows what its one line of output means.
"""

import errno
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

from services.ingest.sources.json_rows import write_json
from services.ingest.sources.refusals import BadArchive
from services.ingest.sources.unrolled import CPU_SECONDS, MEMORY, Unrolled, Wanted
from services.ingest.sources.workbook import write_workbook

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def main(path: Path, rows: Path, wanted: Wanted) -> dict[str, Any]:
    """What it came to."""
    unfinished = rows.with_name(f"{rows.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as out:
            unrolled = _write(path, wanted, out)
        unfinished.rename(rows)
    except BadArchive as error:
        return {"refused": [error.code, error.message, error.file]}
    except OSError as error:
        if error.errno in _FULL:
            return {"full": str(error)}
        raise
    return unrolled._asdict()


def _write(path: Path, wanted: Wanted, out: Any) -> Unrolled:
    if wanted.kind == "workbook":
        return write_workbook(path, wanted.filename, wanted.sheet, out)
    return write_json(path, wanted, out)


def _limit(kind: int, most: int) -> None:
    """As far as this machine lets us."""
    _, hard = resource.getrlimit(kind)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    # Not the address space: what is mapped and never touched costs nothing.
    _limit(resource.RLIMIT_DATA, MEMORY)
    _limit(resource.RLIMIT_CPU, CPU_SECONDS)
    _limit(resource.RLIMIT_CORE, 0)
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]), Wanted(*json.loads(sys.argv[3])))))
