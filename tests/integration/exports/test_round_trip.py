"""Export, import into an empty tenant, export: the same, but for when each record was made."""

from typing import get_args
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback.events import Entity
from tests.integration.exports.records import OF, SOURCES, all_of
from tests.integration.exports.tenants import Apis, bring, read, table, tell
from tests.integration.fold.campaign import examples
from tests.integration.fold.three_services import Services


@pytest.mark.parametrize("entity", get_args(Entity))
@examples(25)
@given(st.data(), st.sampled_from(SOURCES))
async def test_what_was_exported_comes_back_by_an_import(
    services: Services, api: Apis, entity: Entity, data: st.DataObject, source: str
) -> None:
    before, after = str(uuid4()), str(uuid4())
    await tell(services, before, [(entity, each) for each in data.draw(st.lists(OF[entity], min_size=1, max_size=12))])
    exported = await api.export(entity, before, source=source)
    await bring(services, after, entity, await read(exported, f"{entity}-2026-01-15.csv", source))
    assert table(await api.export(entity, after, source=source)) == table(exported)


@pytest.mark.parametrize("format", ["xlsx", "json", "ndjson"])
@pytest.mark.parametrize("entity", get_args(Entity))
async def test_every_format_is_read_back_as_the_same_records(
    services: Services, api: Apis, entity: Entity, format: str
) -> None:
    """With every text there is, so many that one of them is in each place."""
    before, after = str(uuid4()), str(uuid4())
    await tell(services, before, [(entity, each) for each in all_of(entity)])
    exported = await api.export(entity, before, format=format)
    await bring(services, after, entity, await read(exported, f"{entity}-2026-01-15.{format}"))
    assert table(await api.export(entity, after)) == table(await api.export(entity, before))
