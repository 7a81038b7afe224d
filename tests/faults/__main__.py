"""`make faults`, or `python -m tests.faults --minutes 30 --seed 7`: exit status 1 where an invariant was violated."""

import argparse
import asyncio
import logging
import random
import sys
import tempfile
from pathlib import Path

from tests.faults.campaign import Campaign, Plan
from tests.faults.expected import SIZES
from tests.faults.table import markdown, table


def main() -> int:
    arguments = _arguments()
    seed = random.randrange(1_000_000) if arguments.seed is None else arguments.seed
    logs = Path(tempfile.mkdtemp(prefix="ringback-faults-"))
    # Of brokers that are away, which is no news here.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    plan = Plan(arguments.minutes, seed, arguments.size, logs, arguments.only, arguments.short)
    print(f"seed {seed}, {arguments.minutes} minutes, size {arguments.size}, logs of violations in {logs}", flush=True)
    campaign = Campaign(plan)
    asyncio.run(campaign.run())
    print(table(campaign.tried))
    for each in campaign.violations:
        print(f"VIOLATION {each}")
    if arguments.markdown:
        arguments.markdown.parent.mkdir(parents=True, exist_ok=True)
        arguments.markdown.write_text(markdown(plan, campaign))
    return 1 if campaign.violations else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, help="the same draws again; else any")
    parser.add_argument("--size", choices=[each for each in SIZES if each != "beside"], default="campaign")
    parser.add_argument("--only", help="the faults whose names have this regular expression in them")
    parser.add_argument("--short", action="store_true", help="nothing is away for longer than in `make test`")
    parser.add_argument("--markdown", type=Path, help="write the table as a page to this file")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
