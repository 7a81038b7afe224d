"""Files that the tools write which people use are mapped as their owners mean it, without asking them."""

import pytest

from services.ingest import parse
from tests.unit.ingest.files import frame
from tests.unit.ingest.mapping.samples import FOLDER, NAMES, meant, sample

#: Without these an import would come to nothing, or to people without a name.
MUST = {"phone", "phone_2", "email", "first_name", "last_name", "name", "from", "to", "sent_at", "started_at", "body"}


def test_of_all_columns_at_least_95_in_100_are_right_without_help(capsys: pytest.CaptureFixture[str]) -> None:
    columns = right = 0
    for name in NAMES:
        it = sample(name)
        pairs = zip(it.suggested(), meant(name, it.header), strict=True)
        good = sum(each.certain and each.target == target for each, target in pairs)
        columns, right = columns + len(it.header), right + good
    with capsys.disabled():
        print(
            f"\ncolumns mapped right without help: {right} of {columns} in {len(NAMES)} samples, {right / columns:.1%}"
        )
    assert right / columns >= 0.95


@pytest.mark.parametrize("name", NAMES)
def test_phone_email_and_names_are_never_asked_for(name: str) -> None:
    it = sample(name)
    for header, each, target in zip(it.header, it.suggested(), meant(name, it.header), strict=True):
        if target in MUST or each.target in MUST:
            assert (each.target, each.certain) == (target, True), (header, each)


@pytest.mark.parametrize("name", NAMES)
def test_no_field_is_suggested_for_two_columns(name: str) -> None:
    targets = [each.target for each in sample(name).suggested() if each.target]
    assert len(targets) == len(set(targets))


@pytest.mark.parametrize("name", NAMES)
def test_every_row_of_a_sample_is_read_under_its_suggested_mapping(name: str) -> None:
    it = sample(name)
    mapping = tuple(each.target for each in it.suggested())
    survey = parse.survey(it.file, it.entity, parse.Layout(mapping=mapping))
    rows = list(parse.read(it.file, it.entity, frame(), survey))
    assert [row for row in rows if isinstance(row, parse.Bad)] == []
    assert len(rows) == len(it.rows) > 0


def test_every_sample_is_in_the_table() -> None:
    assert [each.stem for each in sorted(FOLDER.iterdir())] == NAMES
