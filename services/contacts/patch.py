"""What a person sends to change a contact, and the edit that it means: read like a row (rules §1 to §3)."""

from collections.abc import Callable
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model, model_validator

from ringback import emails, phones
from ringback.http.paging import STORABLE
from ringback.http.problems import Problem
from services.contacts.edits import Edit
from services.contacts.rules import FIELDS

#: The limits are those of a row's cells.
LONGEST_TEXT, LONGEST_CUSTOM, MOST_MEMBERS = 1_000, 32_768, 200
PHONES = ("phone", "phone_2")

Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT, pattern=STORABLE)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT, pattern=STORABLE, strip_whitespace=True)]
#: Rows have them with `;` between.
Tag = Annotated[
    str, StringConstraints(min_length=1, max_length=LONGEST_TEXT, pattern=r"^[^\x00;]*$", strip_whitespace=True)
]
Tags = Annotated[list[Tag], Field(max_length=MOST_MEMBERS)]
Names = Annotated[list[Name], Field(max_length=MOST_MEMBERS)]
Custom = dict[Name, Annotated[str, StringConstraints(max_length=LONGEST_CUSTOM, pattern=STORABLE)] | None]


class ListsPatch(BaseModel):
    """What is in neither stays as it is. A list that there is not yet is made."""

    model_config = ConfigDict(extra="forbid")

    add: Names = []
    remove: Names = []

    @model_validator(mode="after")
    def _either(self) -> Self:
        both = set(self.add) & set(self.remove)
        if both:
            raise ValueError(f"to be added and removed at once: {', '.join(sorted(both))}")
        return self

    def said(self) -> dict[str, bool | None]:
        """Each that is added (True) or removed."""
        return {**dict.fromkeys(self.add, True), **dict.fromkeys(self.remove, False)}


class TagsPatch(ListsPatch):
    """What is in neither stays as it is."""

    add: Tags = []
    remove: Tags = []


class Patch(BaseModel):
    """What is absent stays, what is null or blank is cleared."""

    model_config = ConfigDict(extra="forbid")

    custom: Annotated[Custom, Field(max_length=MOST_MEMBERS, description="By name; null clears one.")] = {}
    tags: TagsPatch = TagsPatch()
    lists: ListsPatch = ListsPatch()


_FIELDS: dict[str, Any] = dict.fromkeys(FIELDS, (Text | None, None))
ContactPatch = create_model("ContactPatch", __base__=Patch, __doc__=Patch.__doc__, **_FIELDS)


def local_numbers(patch: Patch) -> bool:
    """Whether a number in it is written without its country, so that the tenant's region has to be known."""
    written = [getattr(patch, name) for name in PHONES]
    return any(_filled(each) and not each.strip().startswith("+") for each in written)


def edit(patch: Patch, region: str) -> Edit:
    """Raises the 422 that names each field that is not valid."""
    said = {name: getattr(patch, name) for name in FIELDS if name in patch.model_fields_set}
    fields: dict[str, str | None] = {name: value if _filled(value) else None for name, value in said.items()}
    wrong = []
    for name, (read, what) in _READ.items():
        written = fields.get(name)
        if written is None:
            continue
        fields[name] = read(written, region)
        if fields[name] is None:
            wrong.append({"where": ["body", name], "detail": f"{written[:100]!r} is no valid {what}."})
    if wrong:
        raise Problem(422, "The request is not valid", errors=wrong)
    custom = {name: value if _filled(value) else None for name, value in patch.custom.items()}
    return Edit(fields=fields, custom=custom, tags=patch.tags.said(), lists=patch.lists.said())


_NUMBER = "number: write it with its country code, like +14155552671"
_READ: dict[str, tuple[Callable[[str, str], str | None], str]] = {
    **dict.fromkeys(PHONES, (phones.normalize, _NUMBER)),
    "email": (lambda written, _: emails.normalize(written), "e-mail address: write it like name@company.com"),
}


def _filled(value: str | None) -> bool:
    return value is not None and bool(value.strip())
