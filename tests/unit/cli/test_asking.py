"""A table whose columns are not certain, where no terminal is there to ask."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from tests.unit.cli.mapped import mapping_of, waits_for_its_mapping
from tests.unit.cli.served import World, serving

Ringback = Callable[..., Result]


def test_without_a_terminal_it_says_what_to_do_and_sets_nothing(
    world: World, port: int, ringback: Ringback, archive: Path
) -> None:
    waits_for_its_mapping(world)
    with serving(world, port):
        result = ringback("import", archive, "--json")
    assert (result.exit_code, result.stdout, world.bodies) == (1, "", [])
    assert 'ringback map i-1 --map "Town=custom:Town"' in result.stderr


def test_what_is_said_beforehand_goes_before_what_is_likely_and_nobody_is_asked(
    world: World, port: int, ringback: Ringback, archive: Path
) -> None:
    waits_for_its_mapping(world)
    with serving(world, port):
        result = ringback("import", archive, "--map", "Town=city", "--map", "Born=")
    assert result.exit_code == 0, result.stderr
    assert world.uploads[0]["review"] == "true"
    assert [mapping_of(body) for _, body in world.bodies] == [{"Tel": "phone", "Town": "city", "Born": None}]


def test_an_import_that_waits_goes_on_and_its_mapping_is_kept_as_a_template(
    world: World, port: int, ringback: Ringback
) -> None:
    waits_for_its_mapping(world)
    world.ends_when_asked = 2
    with serving(world, port):
        result = ringback("map", "i-1", "--map", "Town=city", "--save-template", "people")
    assert result.exit_code == 0 and "--template people" in result.stderr
    (path, kept) = world.bodies[1]
    assert path == "/v1/mappings" and (kept["name"], kept["entity"]) == ("people", "contacts")
    assert mapping_of(kept) == {"Tel": "phone", "Town": "city", "Born": "custom:Born"}


def test_a_mapping_that_is_refused_or_comes_too_late_says_why(
    world: World, port: int, ringback: Ringback, archive: Path
) -> None:
    waits_for_its_mapping(world)
    world.refused_mapping = "contacts have no field 'town'."
    with serving(world, port):
        refused = ringback("import", archive, "--map", "Town=town")
        world.state |= {"status": "running"}
        late = ringback("import", archive, "--map", "Town=city")
    assert (refused.exit_code, late.exit_code) == (1, 1)
    assert "no field 'town'" in refused.stderr and "too late" in late.stderr


def test_where_a_required_field_is_missing_the_command_has_a_place_for_it_and_what_was_said(
    world: World, port: int, ringback: Ringback, archive: Path
) -> None:
    waits_for_its_mapping(world)
    world.trial["missing"] = [["phone", "email"]]
    with serving(world, port):
        result = ringback("import", archive, "--map", "Tel=notes")
    assert (result.exit_code, world.bodies) == (1, [])
    assert "no column is phone or email" in result.stderr
    command = 'ringback map i-1 --map "Tel=notes" --map "Town=custom:Town" --map "HEADER=phone"'
    assert command in result.stderr and "for HEADER" in result.stderr


def test_a_field_that_is_none_is_named(world: World, port: int, ringback: Ringback, archive: Path) -> None:
    waits_for_its_mapping(world)
    world.trial["errors"] = [{"column": 1, "code": "unknown_field", "detail": "'Town': contacts have no field 'citty'"}]
    with serving(world, port):
        result = ringback("import", archive, "--map", "Town=citty", "--map", "Tel=phone")
    assert (result.exit_code, world.bodies) == (1, [])
    assert "no field 'citty'" in result.stderr


@pytest.mark.parametrize(("command", "stops"), [(("import",), ["cancel"]), (("map", "i-1"), [])])
def test_an_import_that_was_just_made_is_cancelled_where_what_was_said_of_its_columns_is_wrong(
    world: World, port: int, ringback: Ringback, archive: Path, command: tuple[str, ...], stops: list[str]
) -> None:
    waits_for_its_mapping(world)
    world.ends_when_asked = 2
    with serving(world, port):
        result = ringback(*command, *([archive] if stops else []), "--map", "Nope=name")
    assert (result.exit_code, world.bodies, world.stops) == (1, [], stops)
    assert "there is no such column" in result.stderr
    assert ("import i-1 is cancelled" in result.stderr) is bool(stops)
