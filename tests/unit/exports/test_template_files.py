"""A template is a table that an import takes as it is: its example too, without a question and without a warning."""

from importlib import import_module
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from ringback.events import Entity
from ringback.exports import templates
from ringback.exports.formats import TableFormat
from services.ingest import parse
from services.ingest.mapping import suggest
from services.ingest.parse import Good
from services.ingest.parse.columns import CANONICAL
from services.ingest.sources.accepting import Chosen, accept

EXAMPLES = {"contacts": "EXAMPLE", "conversations": "CONVERSATION", "messages": "MESSAGE", "calls": "EXAMPLE"}


def template(entity: Entity, format: TableFormat) -> Any:
    service = "conversations" if entity == "messages" else entity
    exports = import_module(f"services.{service}.exports")
    return templates.answer(getattr(exports, entity.upper()), getattr(exports, EXAMPLES[entity]), format)


@pytest.mark.parametrize("format", get_args(TableFormat))
@pytest.mark.parametrize("entity", get_args(Entity))
async def test_a_templates_example_imports_cleanly(tmp_path: Any, entity: Entity, format: TableFormat) -> None:
    answer = template(entity, format)
    name = f"{entity}-template.{format}"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    (tmp_path / "upload").write_bytes(answer.body)
    accepted = await accept(tmp_path / "upload", tmp_path / "rows", name, Chosen())
    [(of, member)] = accepted.upload.members.items()
    assert of == entity and accepted.head is not None and not accepted.head.warnings
    suggested = suggest(entity, accepted.head.header, [row.cells for row in accepted.head.rows], "US")
    assert [each.target for each in suggested] == [*accepted.head.header]
    assert set(CANONICAL[entity]) - set(accepted.head.header) <= {"board_number"}
    layout = replace(accepted.upload.layouts[entity], mapping=tuple(each.target for each in suggested))
    survey = parse.survey(member, entity, layout)
    [row] = parse.read(member, entity, parse.Frame(source="x", region="US", zone=ZoneInfo("UTC")), survey)
    assert isinstance(row, Good) and not row.warnings and not survey.warnings
