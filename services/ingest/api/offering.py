"""What is offered of a table that comes in: suggestions, under a template that was named or has the same headers."""

import asyncio

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.datastructures import State

from ringback.http.problems import Problem
from ringback.postgres.tenancy import tenant_session
from services.ingest.api import mapping_queries
from services.ingest.mapping import Offer, Template, applied, fingerprint, offer
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


async def offered(
    state: State, tenant: str, accepted: Accepted, region: str, template: RowMapping | None
) -> Offer | None:
    """None of an archive, whose columns are what their names say."""
    if accepted.head is None:
        return None
    (entity,) = accepted.upload.members
    if template is not None and template["entity"] != entity:
        raise _refused(f"The template {template['name']!r} is of {template['entity']}, and the file of {entity}.")
    header = accepted.head.header
    it = await asyncio.to_thread(offer, entity, header, accepted.head.rows, region)
    if template is None:
        async with tenant_session(state.engine, tenant) as connection:
            template = await mapping_queries.template_like(connection, entity, fingerprint(header))
    if template is not None:
        by = Template(template["name"], template["header"], template["targets"])
        it = msgspec.structs.replace(it, suggestions=applied(by, header, it.suggestions))
    return it if state.adviser is None else await state.adviser.advised(entity, it)


def _refused(detail: str) -> Problem:
    errors = [{"where": ["template"], "detail": detail}]
    return Problem(422, "The template cannot be used", detail, code="no_template", errors=errors)
