"""How many examples: a few for every run, many for a campaign (`RINGBACK_EXAMPLES=20`, twenty times as many)."""

import os

from hypothesis import HealthCheck, Phase, settings

TIMES = float(os.environ.get("RINGBACK_EXAMPLES", "1"))


def examples(number: int) -> settings:
    """That many, or the campaign's multiple of it."""
    return settings(
        max_examples=max(1, int(number * TIMES)),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[phase for phase in Phase if phase is not Phase.explain],
        report_multiple_bugs=False,
    )
