"""The bars are a function of the picture."""

from rich.console import Console

from cli.answers import Counts, Import
from cli.bars import clock, drawn
from cli.progress import Line, Picture, later, of_import, of_snapshot


def lines_of(picture: Picture) -> list[str]:
    console = Console(width=120, no_color=True)
    with console.capture() as capture:
        console.print(drawn(picture))
    return capture.get().splitlines()


def test_each_entity_has_its_line_with_its_figures() -> None:
    entities = {"messages": Line(20_000, 9_000, 10, 900, 90), "contacts": Line(None, 5)}
    head, contacts, messages, foot = lines_of(Picture("running", entities, 1_234.4, 8.0, 65.0, "messages row 7"))
    assert head.split() == ["rows", "new", "updated", "skipped", "failed"]
    assert contacts.startswith("contacts ") and "5/?" in contacts
    assert messages.split()[-5:] == ["10,000/20,000", "9,000", "10", "900", "90"]
    assert foot == "running · 1,234 rows/s · 0:08 elapsed · 1:05 remaining · messages row 7"


def test_a_file_without_rows_is_full_at_once() -> None:
    assert "0/0" in lines_of(Picture("running", {"calls": Line(0)}))[1]


def test_counts_never_go_back_whichever_source_lags() -> None:
    ahead = Picture("running", {"calls": Line(10, new=5, failed=1)})
    behind = Picture("running", {"calls": Line(None, new=4)})
    assert later(ahead, behind).entities["calls"] == Line(10, new=5, failed=1)
    assert later(behind, ahead).entities["calls"] == Line(10, new=5, failed=1)


def test_a_snapshot_with_fields_unknown_here_is_read() -> None:
    picture = of_snapshot('{"status":"finished","entities":{"calls":{"total":1,"new":1,"later":2}},"novel":[]}')
    assert picture.ended
    assert picture.entities == {"calls": Line(1, new=1)}


def test_what_the_api_tells_serves_as_a_picture() -> None:
    state = Import("i", "running", True, {"calls": Counts(None, 1)})
    assert of_import(state).entities == {"calls": Line(None, 1)}


def test_clock_reads_like_one() -> None:
    assert [clock(s) for s in (0, 5.4, 65, 760, 3_723)] == ["0:00", "0:05", "1:05", "12:40", "1:02:03"]
