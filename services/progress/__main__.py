"""`python -m services.progress aggregator` or `gateway`."""

import asyncio
import signal
import sys

import uvicorn

from ringback.http.health import Readiness, serve_health
from ringback.runtime import logs
from services.progress.aggregator import Aggregator
from services.progress.settings import AggregatorSettings, GatewaySettings

#: An orderly stop; whatever hangs longer is safe to kill, since all that is unacknowledged comes again.
STOP_SECONDS = 8


async def aggregate() -> int:
    """Runs until a signal (0) or until Faust has crashed (1), to be restarted."""
    settings, readiness = AggregatorSettings(), Readiness(why=None)
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    async with serve_health(settings.health_port, readiness):
        aggregator = Aggregator(settings, readiness)
        running = asyncio.create_task(_until_ended(aggregator))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait([running, stopping], return_when=asyncio.FIRST_COMPLETED)
        crashed = not stop.is_set()
        readiness.ready = False
        async with asyncio.timeout(STOP_SECONDS):
            await aggregator.app.stop()
            await aggregator.close()
    return int(crashed)


async def _until_ended(aggregator: Aggregator) -> None:
    await aggregator.app.start()
    await aggregator.app.wait_until_stopped()


def main() -> int:
    """The first argument names the process."""
    match sys.argv[1:]:
        case ["aggregator"]:
            logs.configure("progress-aggregator")
            return asyncio.run(aggregate())
        case ["gateway"]:
            logs.configure("progress-gateway")
            settings = GatewaySettings.model_validate({})
            uvicorn.run(
                "services.progress.gateway:create_app",
                factory=True,
                host=settings.http_host,
                port=settings.http_port,
                log_config=None,
            )
            return 0
        case _:
            sys.stderr.write("usage: python -m services.progress aggregator|gateway\n")
            return 2


if __name__ == "__main__":
    sys.exit(main())
