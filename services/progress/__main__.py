"""`python -m services.progress aggregator` or `gateway`."""

import asyncio
import os
import sys

from ringback.runtime import logs
from services.progress.settings import AggregatorSettings, GatewaySettings


def aggregator() -> int:
    """Faust is loaded here alone; a start after a kill is to be short."""
    from services.progress.aggregator import run

    logs.configure("progress-aggregator")
    status = asyncio.run(run(AggregatorSettings()))
    sys.stdout.flush()
    # Without waiting for Faust's threads, which the broker may hold up; all that is unacknowledged comes again.
    os._exit(status)


def gateway() -> int:
    """As `python -m standalone.http` does for all services."""
    from ringback.http.server import run
    from services.progress.gateway import create_app

    logs.configure("progress-gateway")
    settings = GatewaySettings.model_validate({})
    run(create_app(settings), settings.http_host, settings.http_port)
    return 0


def main() -> int:
    """The first argument names the process."""
    match sys.argv[1:]:
        case ["aggregator"]:
            return aggregator()
        case ["gateway"]:
            return gateway()
        case _:
            sys.stderr.write("usage: python -m services.progress aggregator|gateway\n")
            return 2


if __name__ == "__main__":
    sys.exit(main())
