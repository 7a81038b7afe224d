"""Whatever a process writes to its output is JSON, also what is not ours to write."""

import json
import subprocess
import sys

import pytest

BEGUN = "import logging, threading, warnings\nfrom ringback.runtime.process import begin\nbegin('tested')\n"


@pytest.mark.parametrize(
    ("code", "event"),
    [
        ("logging.getLogger('a.library').warning('hello %s', 'you')", "hello you"),
        ("raise RuntimeError('what nobody thought of')", "ended_by_a_surprise"),
        ("threading.Thread(target=lambda: 1 / 0).start()", "thread_ended_by_a_surprise"),
        ("import structlog; structlog.get_logger().info('an_event', odd=object)", "an_event"),
    ],
)
def test_a_line_is_json_that_says_what_when_and_who(code: str, event: str) -> None:
    done = subprocess.run([sys.executable, "-c", BEGUN + code], capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr == ""
    (line,) = (json.loads(each) for each in done.stdout.splitlines())
    assert (line["event"], line["service"]) == (event, "tested")
    assert line.keys() >= {"level", "timestamp"}


def test_opentelemetry_is_not_loaded_where_nobody_wants_spans() -> None:
    code = "import sys; print([name for name in sys.modules if name.startswith('opentelemetry')])"
    done = subprocess.run([sys.executable, "-c", BEGUN + code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"
