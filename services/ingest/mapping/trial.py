"""What comes of a table under a mapping before it is set: what is missing or wrong, and how its first rows read."""

from typing import NamedTuple

from ringback.events import Entity
from services.ingest.mapping.check import Fault, faults, missing
from services.ingest.mapping.offer import Offer
from services.ingest.mapping.preview import Shown, preview
from services.ingest.mapping.suggest import Suggestion
from services.ingest.parse import Frame
from services.ingest.parse.frame import Mapping

_SAID = 100


class Trial(NamedTuple):
    """`columns` as they would be, `missing` alternatives of which one is needed still."""

    columns: list[Suggestion]
    missing: list[tuple[str, ...]]
    faults: list[Fault]
    rows: list[Shown]


def trial(it: Offer, entity: Entity, frame: Frame, mapping: Mapping | None = None) -> Trial:
    """Under the suggestions where there is no mapping. One that is not as long as the header is a fault alone."""
    targets = it.mapping if mapping is None else mapping
    # Our own numbers say which way a row went where no column does.
    given = {"direction"} if frame.own_numbers else set()
    wrong = faults(entity, it.header, targets, given)
    if len(targets) != len(it.header):
        return Trial(it.suggestions, [], wrong, [])
    columns = [_column(each, target) for each, target in zip(it.suggestions, targets, strict=True)]
    return Trial(columns, missing(entity, targets, given), wrong, preview(it, entity, targets, frame))


def _column(suggested: Suggestion, target: str | None) -> Suggestion:
    return suggested if suggested.target == target else Suggestion(target, _SAID, "somebody said so")
