"""What the upload form says beside the file."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, HttpUrl, UrlConstraints, ValidationError

from ringback.events import Entity
from ringback.http.problems import Problem
from services.ingest.api import choices
from services.ingest.api.choices import Choices, Storable
from services.ingest.parse.text import known_encoding


def _callback(url: HttpUrl) -> str:
    """Whoever may read the import reads it too."""
    if url.username or url.password:
        raise ValueError("it must not hold a user name or password")
    return str(url)


def _encoding(name: str) -> str:
    """By the name that Python has for it."""
    try:
        return known_encoding(name)
    except LookupError:
        raise ValueError("it is no encoding of text that is known here: write it like cp1250 or shift_jis") from None


class Told(Choices):
    """What is said beside any upload. Fields it does not know are passed over."""

    dry_run: bool = True
    notes: Annotated[str, Field(max_length=10_000), Storable] | None = None
    source: Annotated[str, Field(max_length=100), Storable] | None = None
    external_id: Annotated[str, Field(max_length=500), Storable] | None = None
    callback_url: (
        Annotated[HttpUrl, UrlConstraints(allowed_schemes=["https"], max_length=2_000), AfterValidator(_callback)]
        | None
    ) = None


class UploadForm(Told):
    """Of a file."""

    upload: UUID | None = None
    object: Annotated[str, Field(max_length=1_024)] | None = None
    url: Annotated[str, Field(max_length=2_000)] | None = None
    entity: Entity | None = None
    template: Annotated[str, Field(max_length=200), Storable] | None = None
    review: bool = False
    sheet: Annotated[str, Field(max_length=100), Storable] | None = None
    header_row: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    encoding: Annotated[str, Field(max_length=50), AfterValidator(_encoding)] | None = None


def read_form(fields: dict[str, str]) -> UploadForm:
    """The form, or a 422 that names the field."""
    try:
        return UploadForm.model_validate({name: text for name, text in fields.items() if text.strip()})
    except ValidationError as error:
        raise invalid(error, "The form is not valid") from None


def invalid(error: ValidationError, title: str) -> Problem:
    """It names the fields."""
    errors = [{"where": list(each["loc"]), "detail": each["msg"]} for each in error.errors()]
    return Problem(422, title, errors=errors)


_TEXT = {"type": "string"}
#: The request body for OpenAPI, since the form is read as a stream.
SCHEMA: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "oneOf": [{"required": [each]} for each in ("file", "upload", "object", "url")],
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    "upload": {
                        "type": "string",
                        "format": "uuid",
                        "description": "In place of `file`: what POST /v1/uploads gave, once the archive is there.",
                    },
                    "object": {
                        **_TEXT,
                        "description": "In place of `file`: the key of an object below the tenant's folder of the "
                        "object store. It stays there.",
                    },
                    "url": {
                        **_TEXT,
                        "format": "uri",
                        "description": "In place of `file`: https, on the public internet, without redirects.",
                    },
                    "dry_run": {"type": "boolean", "default": True},
                    "entity": {
                        "type": "string",
                        "enum": ["contacts", "conversations", "messages", "calls"],
                        "description": "Of what a single table is; else its name says it, else its header.",
                    },
                    "review": {
                        "type": "boolean",
                        "default": False,
                        "description": "A single table waits for its mapping though every column of it is certain.",
                    },
                    "template": {
                        **_TEXT,
                        "description": "By which a single table is mapped; without, one of the same headers is taken.",
                    },
                    "sheet": {**_TEXT, "description": "Of a workbook, by its name or its number from 1."},
                    "header_row": {
                        "type": "integer",
                        "minimum": 1,
                        "description": "The row of a single table's header; what stands above it is not read.",
                    },
                    "encoding": {**_TEXT, "description": "Of a single text table that has no BOM, like cp1250."},
                    "notes": _TEXT,
                    "source": _TEXT,
                    "external_id": _TEXT,
                    **choices.SCHEMA,
                    "callback_url": {**_TEXT, "format": "uri", "description": "https; kept, and not called yet."},
                },
            }
        }
    },
}

#: Of the same fields those that are no choices, which are the import's.
_OF_A_RETRY = (
    *("file", "upload", "object", "url", "dry_run", "entity", "sheet", "header_row", "encoding"),
    *("notes", "external_id", "callback_url"),
)
_PROPERTIES = SCHEMA["content"]["multipart/form-data"]["schema"]["properties"]
RETRY_SCHEMA: dict[str, Any] = {
    "required": False,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {name: _PROPERTIES[name] for name in _OF_A_RETRY},
            }
        }
    },
}
