"""`python -m services.progress aggregator` or `gateway`."""

import asyncio
import os
import sys

from ringback.runtime.process import begin
from services.progress.settings import AggregatorSettings, GatewaySettings


def aggregator() -> int:
    """Faust is loaded here alone; a start after a kill is to be short."""
    from services.progress.aggregator import run

    begin("progress-aggregator")
    status = asyncio.run(run(AggregatorSettings()))
    sys.stdout.flush()
    # Without waiting for Faust's threads, which the broker may hold up; all that is unacknowledged comes again.
    os._exit(status)


def gateway() -> int:
    """As `python -m standalone.http` does for all services."""
    from ringback.http.server import run
    from services.progress.gateway import create_app

    begin("progress-gateway")
    settings = GatewaySettings.model_validate({})
    app = create_app(settings)
    run(app, settings, app.state.readiness)
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
