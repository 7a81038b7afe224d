"""`ringback settings`: shown as they are, and changed only where they are named."""

import json
from collections.abc import Callable

from typer.testing import Result

from tests.unit.cli.served import World, serving

Ringback = Callable[..., Result]


def test_they_are_shown_for_people_and_for_scripts(world: World, port: int, ringback: Ringback) -> None:
    with serving(world, port):
        table, line = ringback("settings").stdout, ringback("settings", "--json").stdout
    assert "own numbers" in table and "+14155552671" in table and "UTC" in table
    assert json.loads(line) == world.settings


def test_only_what_is_named_is_changed_and_that_of_the_version_that_was_read(
    world: World, port: int, ringback: Ringback
) -> None:
    with serving(world, port):
        result = ringback("settings", "set", "--time-zone", "Europe/Berlin", "--json")
        ringback("settings", "set", "--own-number", "+12125550123", "--own-number", "030 901820", "--region", "DE")
        numbers = world.settings["own_numbers"]
        ringback("settings", "set", "--own-number", "")
    assert json.loads(result.stdout) == {
        "own_numbers": ["+14155552671"],
        "region": "US",
        "time_zone": "Europe/Berlin",
    }
    assert numbers == ["+12125550123", "030 901820"]
    assert (world.settings["own_numbers"], world.settings["region"]) == ([], "DE")
