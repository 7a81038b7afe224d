"""What the two processes of this service read from the environment (`RINGBACK_…`)."""

import tempfile
from pathlib import Path

from ringback.runtime.settings import HttpSettings, Settings


class AggregatorSettings(Settings):
    """`datadir` is Faust's own folder; our table is kept in memory and in its changelog, so it may be lost."""

    instance: str = "progress-aggregator"
    datadir: Path = Path(tempfile.gettempdir()) / "ringback-faust"
    #: Lag that stands still for so many seconds ends the process, to be restarted.
    stuck_after: float = 30


class GatewaySettings(Settings, HttpSettings):
    """The gateway reads topics and tokens, and has no state of its own."""

    #: A reader that takes nothing for so many seconds is closed (fault 9).
    socket_timeout: float = 30
    #: Seconds between the comments of a stream of events on which nothing happens; proxies cut idle ones at 60.
    heartbeat: float = 15
