"""What `ringback pause`, `resume` and `cancel` say of an import."""

from tests.unit.cli.served import World, serving
from tests.unit.cli.test_listing import Ringback


def test_who_stops_an_import_is_told_how_it_goes_on(world: World, port: int, ringback: Ringback) -> None:
    with serving(world, port):
        told = [ringback(word, "i-1").stderr for word in ("pause", "resume", "cancel")]
    assert "i-1 is paused" in told[0] and "ringback resume i-1" in told[0]
    assert "i-1 is queued" in told[1]
    assert "is being cancelled" in told[2] and "ringback log i-1" in told[2]
