"""What an import that comes of another takes over: a new column must be one or the other, by somebody's decision."""

from services.ingest.api.children import OF_A_RUN, OF_A_RUN_OF_A_FILE
from services.ingest.tables import import_files, imports

CHOSEN = {
    *("tenant_id", "source", "notes", "tags", "external_id", "on_duplicate", "match_on", "callback_url"),
    *("region", "zone", "own_numbers", "defaults", "list", "kind", "filename", "spool_key", "size", "sha256"),
    "retry_of",
}
CHOSEN_OF_A_FILE = {"entity", "name", "sheet", "header_row", "encoding", "mapping"}


def test_each_column_is_of_a_run_or_taken_over_by_its_children() -> None:
    assert {each.name for each in imports.c} == OF_A_RUN | CHOSEN
    assert not OF_A_RUN & CHOSEN
    assert {each.name for each in import_files.c} == OF_A_RUN_OF_A_FILE | CHOSEN_OF_A_FILE
    assert not OF_A_RUN_OF_A_FILE & CHOSEN_OF_A_FILE
