"""Workbooks and JSON become a file of rows in a process of their own, which has its limits and takes none down with it.

calamine holds a whole sheet in memory, and JSON can be made to cost far more than its size: whatever such a file does
to the process that reads it, the API and the worker stay as they are.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from services.ingest.parse.problems import Warning
from services.ingest.sources.refusals import BadArchive, refusal
from services.ingest.sources.unrolled import Unrolled, Wanted
from services.ingest.spool.contract import NoSpace

MODULE = "services.ingest.sources.unroll"
#: Of the clock, which the child's own limits do not know.
SECONDS = 300
#: At once in a process; the others wait, for each may take all of its memory.
AT_ONCE = 2

_ROOM = asyncio.Semaphore(AT_ONCE)


async def unroll(path: Path, rows: Path, wanted: Wanted) -> Unrolled:
    """Writes `rows`, which has its name only once it is whole. Raises BadArchive and NoSpace."""
    arguments = str(path), str(rows), json.dumps(wanted)
    async with _ROOM:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", MODULE, *arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            # Without our secrets: what is in the file is a stranger's.
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        try:
            async with asyncio.timeout(SECONDS):
                said, _ = await process.communicate()
        except TimeoutError:
            raise refusal("too_much", wanted.filename) from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            rows.with_name(f"{rows.name}.{process.pid}.part").unlink(missing_ok=True)
    if process.returncode != 0:
        raise refusal("too_much", wanted.filename)
    return _result(json.loads(said))


def _result(said: dict[str, Any]) -> Unrolled:
    if "full" in said:
        raise NoSpace(said["full"])
    if "refused" in said:
        raise BadArchive(*said["refused"])
    warnings = tuple(Warning(*each) for each in said["warnings"])
    return Unrolled(said["rows"], said["label"], said["fields"], warnings)
