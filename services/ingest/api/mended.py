"""A mended file comes in: whose rows it has, whether its columns are the import's, which failed rows it stands for."""

import asyncio
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import RowMapping

from ringback.events import Entity
from ringback.http.problems import Problem
from services.ingest import parse, retrying
from services.ingest.api import acceptance, children
from services.ingest.api.form import UploadForm
from services.ingest.errors_file import ErrorsFile
from services.ingest.retrying import Failing, OtherColumns, Standing
from services.ingest.sources.accepting import Accepted
from services.ingest.sources.refusals import shown
from services.ingest.spool import Incoming
from services.ingest.statements import FileWarning

#: In place of a row's line where it says none.
_SILENT = -1


class MendedFile(NamedTuple):
    """`values` are those of its row in import_files; `lines` what its rows say that they stand for."""

    entity: Entity
    values: dict[str, Any]
    lines: Sequence[int]


class Mended(NamedTuple):
    """`values` are those of an import that are its upload's."""

    values: dict[str, Any]
    files: list[MendedFile]


async def read(incoming: Incoming, filename: str, told: UploadForm, files: Sequence[RowMapping]) -> Mended:
    """Raises the Problem by which it is no file of the import's, whose `files` they are."""
    if len(files) == 1 and told.entity is None:
        told = told.model_copy(update={"entity": files[0]["entity"]})
    accepted = await acceptance.opened(incoming, filename, told)
    return Mended(
        acceptance.upload_values(accepted.upload, filename, incoming.spooled),
        await asyncio.to_thread(_files, accepted, {each["entity"]: each for each in files}),
    )


def standing(file: MendedFile, failing: Iterable[tuple[int, int]]) -> Standing:
    """`failing` are (line, row) by line. Raises a Problem where there are more rows than can stand for them."""
    found = Failing(failing).stood_for(None if each == _SILENT else each for each in file.lines)
    if found.surplus:
        detail = (
            f"{file.values['name']} has {found.surplus:,} rows more than failed and fail still, and does not say by "
            "`line` which is which: send the errors file itself, mended."
        )
        raise Problem(422, "Too many rows", detail, code="too_many_rows")
    return found


def warnings(entity: Entity, found: Standing) -> list[FileWarning]:
    """Of rows that are not run again."""
    if not found.left_out or not found.rows:
        return []
    message = f"{found.left_out:,} rows name a line that did not fail, or fails no more, and were left out."
    return [FileWarning(entity, 0, "not_failing", "line", message)]


def _files(accepted: Accepted, of_import: Mapping[Entity, RowMapping]) -> list[MendedFile]:
    """Reads all of it once."""
    return [_file(accepted, entity, of_import.get(entity)) for entity in accepted.upload.members]


def _file(accepted: Accepted, entity: Entity, of_import: RowMapping | None) -> MendedFile:
    if of_import is None or of_import["survey"] is None:
        raise Problem(
            422, "Not a file of the import", f"None of its {entity} failed: send those that did.", code="other_file"
        )
    member, layout = accepted.upload.members[entity], accepted.upload.layouts[entity]
    survey = parse.survey(member, entity, layout)
    values = children.files_like([of_import])[0] | acceptance.file_values(accepted, entity)
    values["mapping"] = _mapping(of_import, survey)
    said = (_SILENT if line is None else line for line in parse.lines_said(member, survey))
    return MendedFile(entity, values, array("q", said))


def _mapping(of_import: RowMapping, survey: parse.Survey) -> list[str | None] | None:
    """What was chosen for each column of the import's file, in the order of this one's."""
    theirs = ErrorsFile.of(of_import["survey"]).own_titles
    ours = ErrorsFile.of(msgspec.to_builtins(survey)).own_titles
    chosen: Sequence[str | None] = of_import["mapping"] or [None] * len(theirs)
    try:
        aligned = retrying.aligned(chosen, theirs, ours)
    except OtherColumns as error:
        detail = "Its columns are not those of the import: send the errors file itself, mended."
        missing, unknown = (list(map(shown, each)) for each in error.args)
        raise Problem(422, "Other columns", detail, code="other_columns", missing=missing, unknown=unknown) from None
    return aligned if of_import["mapping"] else None
