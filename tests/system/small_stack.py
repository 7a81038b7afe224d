"""`up` with the real servers and services that do nothing: what is asked of the supervisor needs no more."""

import asyncio
import http.server
import sys
import time
from pathlib import Path

from standalone.children import Process
from standalone.processes import Table, environment
from standalone.state import State
from standalone.up import run


def table(state: State) -> Table:
    return Table(
        migrations=(_doing("migrate", "nothing", state),),
        topics=_doing("topics", "nothing", state),
        services=(
            _doing("worker", "sleep", state),
            _doing("http", f"answer {state.port('http')}", state),
        ),
    )


def _doing(name: str, what: str, state: State) -> Process:
    return Process(name, (sys.executable, __file__, *what.split()), environment(state))


class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--port", port, "--state", state]:
            sys.exit(asyncio.run(run(int(port) if port != "any" else None, Path(state), table)))
        case ["answer", port]:
            http.server.HTTPServer(("127.0.0.1", int(port)), Ready).serve_forever()
        case ["sleep"]:
            time.sleep(600)
