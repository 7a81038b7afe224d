"""What a campaign came to, as a table: for a terminal, and as the page docs/operations/faults.md."""

from collections.abc import Mapping
from datetime import UTC, datetime
from statistics import median

from tests.faults.campaign import Campaign, Plan, Tried
from tests.faults.catalogue import Fault
from tests.faults.expected import SIZES

HEAD = ("fault", "times tried", "rows", "violations", "recovery, median", "longest")

PAGE = """# What faults were tried, and what they came to

`make faults` takes faults at random from [the list](../faults.md), at random moments of imports at work: a tenant's
archive of {rows} rows goes in dry, for real and once more, another tenant's beside it, live events between, and
somebody asks the API and watches the websocket all the while. After each fault the invariants I1–I5 and I7–I9 are
asserted against an independent reading of the files (`tests/reference`). Recovery is the seconds from a fault's end
until more of the import is done. Of I5 what is built is asserted: each 202 reaches an end; callbacks are not sent yet.

```
{command}
```

{date}, {minutes:g} minutes, size `{size}` ({sizes}), seed {seed}: **{violations}**.

{table}
"""


def table(tried: Mapping[Fault, Tried]) -> str:
    """A line for each fault, and their sum."""
    lines = [HEAD, *(_line(fault, each) for fault, each in tried.items()), _sum(list(tried.values()))]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    rule = tuple("-" * width for width in widths)
    return "\n".join(_row(line, widths) for line in (lines[0], rule, *lines[1:]))


def markdown(plan: Plan, campaign: Campaign) -> str:
    """The page, with command and date."""
    size = SIZES[plan.size]
    return PAGE.format(
        rows=f"{sum(size):,}",
        command=_command(plan),
        date=datetime.now(UTC).date().isoformat(),
        minutes=plan.minutes,
        size=plan.size,
        sizes=" ".join(f"{rows:,} {name}" for rows, name in zip(size, ENTITIES, strict=True)),
        seed=plan.seed,
        violations=f"{len(campaign.violations)} violations" if campaign.violations else "no violation",
        table=table(campaign.tried),
    )


def _command(plan: Plan) -> str:
    """What gives the same draws again."""
    if plan.only is None and not plan.short:
        return f"make faults MINUTES={plan.minutes:g} SEED={plan.seed} SIZE={plan.size}"
    command = f"python -m tests.faults --minutes {plan.minutes:g} --seed {plan.seed} --size {plan.size}"
    return command + (f" --only '{plan.only}'" if plan.only else "") + (" --short" if plan.short else "")


ENTITIES = ("contacts,", "conversations,", "messages,", "calls")


def _line(fault: Fault, tried: Tried) -> tuple[str, ...]:
    name = f"{fault.number}. {fault.name}" if fault.number else fault.name
    if not tried.times:
        return name, "0", "", "", "", ""
    seconds = sorted(tried.recoveries)
    recovery = (f"{median(seconds):.1f} s", f"{seconds[-1]:.1f} s") if seconds else ("", "")
    return name, str(tried.times), f"{tried.rows:,}", str(tried.violations), *recovery


def _sum(tried: list[Tried]) -> tuple[str, ...]:
    times, rows, violations = (sum(getattr(each, figure) for each in tried) for figure in FIGURES)
    return "all", str(times), f"{rows:,}", str(violations), "", ""


FIGURES = ("times", "rows", "violations")


def _row(line: tuple[str, ...], widths: list[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
