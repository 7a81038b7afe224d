"""The samples: small files with the headers that the products document, or that people give their own sheets."""

import csv
from pathlib import Path
from typing import NamedTuple

from ringback.events import Entity
from services.ingest import parse
from services.ingest.mapping import Suggestion, suggest
from tests.unit.ingest.files import Bytes

DATA = Path(__file__).parents[3] / "data"
FOLDER = DATA / "tables"


def _meanings() -> dict[str, dict[str, str]]:
    """What the columns of every sample mean, as their owners would say it: by sample the field by header."""
    meanings: dict[str, dict[str, str]] = {}
    with (DATA / "meanings.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            meanings.setdefault(row["sample"], {})[row["header"]] = row["field"]
    return meanings


MEANINGS = _meanings()
NAMES = sorted(MEANINGS)


class Sample(NamedTuple):
    """A file as an import would meet it."""

    entity: Entity
    file: Bytes
    survey: parse.Survey
    rows: list[list[str]]

    @property
    def header(self) -> tuple[str, ...]:
        return self.survey.header

    def suggested(self) -> list[Suggestion]:
        return suggest(self.entity, self.header, self.rows, "US")


def sample(name: str) -> Sample:
    last = name.rpartition("_")[2]
    entity: Entity = "messages" if last == "messages" else "calls" if last == "calls" else "contacts"
    file = Bytes((FOLDER / f"{name}.csv").read_bytes())
    survey = parse.survey(file, entity)
    return Sample(entity, file, survey, [row.cells for row in parse.rows_of(file, survey)][1:])


def meant(name: str, header: tuple[str, ...]) -> list[str]:
    """What each column is: one that has no meaning there is right as the custom field of its own header."""
    known = MEANINGS[name]
    assert set(known) <= set(header), set(known) - set(header)
    return [known.get(each, f"custom:{each}") for each in header]
