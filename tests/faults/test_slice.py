"""A short slice of every fault: the invariants hold after each. `make faults` has them for longer, and at random."""

from random import Random

import pytest

from tests.faults.catalogue import FAULTS, Fault
from tests.faults.invariants import judge
from tests.faults.round import Ground, playing
from tests.faults.strikes.crowding import are_cut_off

SHORT = [fault for fault in FAULTS if fault.in_slice]


def _named(fault: Fault) -> str:
    return fault.strike.__name__


@pytest.mark.parametrize("fault", SHORT, ids=_named)
async def test_no_invariant_is_violated_by(ground: Ground, fault: Fault) -> None:
    seed = Random().randrange(1_000)
    print(f"\nseed {seed}")
    async with playing(ground, fault.strike, Random(seed), fault.slice, fault.size) as played:
        for blow in played.blows:
            print(f"{blow.what}: went on after {blow.seconds:.2f} s")
        assert await judge(played) == []


async def test_who_never_reads_is_cut_off(ground: Ground) -> None:
    await are_cut_off(ground)
