"""`GET /v1/templates/…`: a table with the columns that an import knows and one row that shows how they are filled."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from ringback.exports.cells import Row
from ringback.exports.filling import Kind
from ringback.exports.formats import MEDIA_TYPES, TableFormat, writer

InFormat = Annotated[TableFormat, Query(description="What the program takes in which it is to be filled in.")]

#: What a route's decorator takes.
DOCUMENTED: dict[str, Any] = {
    "status_code": 200,
    "response_class": Response,
    "responses": {
        200: {
            "description": "The table",
            "content": {MEDIA_TYPES[format]: {"schema": {"type": "string"}} for format in ("csv", "xlsx")},
        }
    },
}


def answer(kind: Kind, example: Row, format: TableFormat) -> Response:
    """The file, by the name of what it is a table of, so that an import knows it by that as well."""
    file = BytesIO()
    with TemporaryDirectory() as folder:
        table = writer(format, file, kind.columns, safe=False, name=kind.name, folder=Path(folder))
        table.rows([example])
        table.close()
    headers = {"Content-Disposition": f'attachment; filename="{kind.name}-template.{format}"'}
    return Response(file.getvalue(), media_type=MEDIA_TYPES[format], headers=headers)
