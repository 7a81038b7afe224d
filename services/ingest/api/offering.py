"""What is offered of a table that comes in: suggestions, under a template that was named or has the same headers."""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.datastructures import State

from ringback.events import Entity
from ringback.http.problems import Problem
from ringback.postgres.tenancy import tenant_session
from services.ingest.api import mapping_queries
from services.ingest.mapping import Offer, Template, applied, fingerprint, missing, offer, passed_over
from services.ingest.parse.problems import Warning, warning
from services.ingest.sources.accepting import Accepted


async def named(engine: AsyncEngine, tenant: str, name: str | None) -> RowMapping | None:
    """Raises a 422 where a template is named that there is not."""
    if name is None:
        return None
    async with tenant_session(engine, tenant) as connection:
        row = await mapping_queries.template_called(connection, name)
    if row is None:
        raise _refused(f"There is no template {name!r}: GET /v1/mappings lists those that there are.")
    return row


class Offered(NamedTuple):
    """`sure`: nobody has to be asked. `warnings` say to people what they cannot see by the columns."""

    offer: Offer | None
    sure: bool = True
    warnings: tuple[Warning, ...] = ()


async def offered(
    state: State, tenant: str, accepted: Accepted, settings: dict[str, Any], template: RowMapping | None
) -> Offered:
    """No offer of an archive, whose columns are what their names say. `settings` are the import's, frozen."""
    if accepted.head is None:
        return Offered(None)
    (entity,) = accepted.upload.members
    if template is not None and template["entity"] != entity:
        raise _refused(f"The template {template['name']!r} is of {template['entity']}, and the file of {entity}.")
    header = accepted.head.header
    it = await asyncio.to_thread(offer, entity, header, accepted.head.rows, settings["region"])
    found = [template] if template is not None else await _alike(state, tenant, entity, header)
    several, template = len(found) > 1, found[0] if len(found) == 1 else None
    if template is not None:
        by = Template(template["name"], template["header"], template["targets"])
        it = msgspec.structs.replace(it, suggestions=applied(by, header, it.suggestions))
    if state.adviser is not None:
        it = await state.adviser.advised(entity, it)
    # What PUT would refuse does not run by itself because a template says it.
    given = {"direction"} if settings["own_numbers"] else set[str]()
    lacks = template is not None and bool(missing(entity, it.mapping, given))
    sure = it.certain and not (accepted.doubted or several or lacks)
    said = [warning("column_passed_over", each) for each in passed_over(entity, it)]
    return Offered(it, sure, (*said, warning("several_templates")) if several else tuple(said))


async def _alike(state: State, tenant: str, entity: Entity, header: Sequence[str]) -> Sequence[RowMapping]:
    async with tenant_session(state.engine, tenant) as connection:
        return await mapping_queries.templates_like(connection, entity, fingerprint(header))


def _refused(detail: str) -> Problem:
    errors = [{"where": ["template"], "detail": detail}]
    return Problem(422, "The template cannot be used", detail, code="no_template", errors=errors)
