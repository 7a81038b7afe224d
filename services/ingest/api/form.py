"""What the upload form says beside the file."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    UrlConstraints,
    ValidationError,
)

from ringback.events import MatchOn, Policy
from ringback.http.problems import Problem


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("U+0000 cannot be stored")
    return text


def _parts(text: Any) -> Any:
    """Of a `;` list, trimmed; empty ones are dropped."""
    return [part.strip() for part in text.split(";") if part.strip()] if isinstance(text, str) else text


def _callback(url: HttpUrl) -> str:
    """Whoever may read the import reads it too."""
    if url.username or url.password:
        raise ValueError("it must not hold a user name or password")
    return str(url)


#: Behind the length, which is then said of characters and not of items.
Storable = AfterValidator(_storable)
Line = Annotated[str, Field(max_length=1_000), Storable]


class UploadForm(BaseModel):
    """Fields it does not know are passed over; a blank one is none."""

    model_config = ConfigDict(str_strip_whitespace=True)

    dry_run: bool = True
    notes: Annotated[str, Field(max_length=10_000), Storable] | None = None
    source: Annotated[str, Field(max_length=100), Storable] | None = None
    tags: Annotated[list[Line], BeforeValidator(_parts), Field(max_length=100)] = []
    external_id: Annotated[str, Field(max_length=500), Storable] | None = None
    on_duplicate: Policy = "update"
    match_on: MatchOn = "both"
    upload: UUID | None = None
    callback_url: (
        Annotated[HttpUrl, UrlConstraints(allowed_schemes=["https"], max_length=2_000), AfterValidator(_callback)]
        | None
    ) = None


def read_form(fields: dict[str, str]) -> UploadForm:
    """The form, or a 422 that names the field."""
    try:
        return UploadForm.model_validate({name: text for name, text in fields.items() if text.strip()})
    except ValidationError as error:
        errors = [{"where": list(each["loc"]), "detail": each["msg"]} for each in error.errors()]
        raise Problem(422, "The form is not valid", errors=errors) from None


_TEXT = {"type": "string"}
#: The request body for OpenAPI, since the form is read as a stream.
SCHEMA: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "oneOf": [{"required": ["file"]}, {"required": ["upload"]}],
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    "upload": {
                        "type": "string",
                        "format": "uuid",
                        "description": "In place of `file`: what POST /v1/uploads gave, once the archive is there.",
                    },
                    "dry_run": {"type": "boolean", "default": True},
                    "notes": _TEXT,
                    "source": _TEXT,
                    "tags": {**_TEXT, "description": "Parted by `;`."},
                    "external_id": _TEXT,
                    "on_duplicate": {
                        "type": "string",
                        "enum": ["update", "overwrite", "skip", "create_new"],
                        "default": "update",
                    },
                    "match_on": {
                        "type": "string",
                        "enum": ["both", "phone", "email"],
                        "default": "both",
                        "description": "By what a contact is found that has no external id known here.",
                    },
                    "callback_url": {**_TEXT, "format": "uri", "description": "https; kept, and not called yet."},
                },
            }
        }
    },
}
