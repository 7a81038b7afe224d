"""One tenant twice: in the product and in the reference."""

from random import Random
from typing import Any
from uuid import uuid4

from tests.integration.fold.course import Import, Step, mixed, shuffled, without_counting
from tests.integration.fold.three_services import Services
from tests.reference.fold import Tenant
from tests.reference.snapshot import canonical

Shown = dict[str, Any]


class Both:
    """What happens to it is delivered to the services and told to the reference."""

    def __init__(self, services: Services, seed: int) -> None:
        self.services, self.rnd = services, Random(seed)
        self.id = str(uuid4())
        self.reference = Tenant()

    async def run(self, it: Import, live: list[Step] | None = None) -> None:
        """An import to its end, with live events in between; both count it alike."""
        steps = mixed(it.steps(shuffled(it.upload.reference, self.rnd)), live or [], self.rnd)
        for step in steps:
            step.tell(self.reference)
        await self.services.receive([*without_counting(steps), *it.closes()], self.rnd)
        assert await self.services.counts(it.id) == {entity: each.as_dict() for entity, each in it.counts.items()}

    async def agree(self) -> None:
        """The records are the same."""
        product, reference = await self.services.snapshot(self.id), _comparable(self.reference.snapshot())
        for entity, records in product.items():
            pairs = zip(records, reference[entity], strict=False)
            assert not [_differences(*pair) for pair in pairs if pair[0] != pair[1]], entity
            assert len(records) == len(reference[entity]), entity


def _comparable(snapshot: dict[str, list[Shown]]) -> dict[str, list[Shown]]:
    """Calls meet their conversation on reading, in another service."""
    calls = [{name: call[name] for name in call if name != "conversation"} for call in snapshot["calls"]]
    return snapshot | {"calls": sorted(calls, key=canonical)}


def _differences(product: Shown, reference: Shown) -> dict[str, tuple[Any, Any]]:
    return {name: (product[name], reference[name]) for name in product if product[name] != reference[name]}
