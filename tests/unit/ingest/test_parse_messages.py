"""Rows of messages.csv and calls.csv: who, to whom, which way, when (rules §2, §3, decision 1)."""

from datetime import UTC, datetime

import pytest

from ringback.events import Call, Message
from services.ingest.parse import Good, Sides, read
from tests.unit.ingest.files import ADA, BOB, EVE, OURS, bad, frame, good, mapped, message, rows, surveyed, table

CONVERSATIONS = {"c1": Sides(OURS, (BOB, ADA))}


def data_of(**cells: str) -> Message:
    data = good("messages", CONVERSATIONS, **message(**cells)).data
    assert isinstance(data, Message)
    return data


def test_a_message_says_all_that_its_row_says() -> None:
    assert data_of(body=" Hi \n", status="Delivered", media_urls=" a ;; b", note="x") == Message(
        source="test",
        our_number=OURS,
        participants=[ADA],
        direction="inbound",
        sent_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        external_id="m1",
        external_conversation_id="c1",
        body=" Hi \n",
        status="delivered",
        media_urls=["a", "b"],
        custom={"note": "x"},
    )


def test_in_a_group_ours_is_the_first_own_number_and_the_sender_is_kept() -> None:
    incoming = data_of(from_=EVE, to=f"{BOB};{OURS};{ADA}")
    assert (incoming.our_number, incoming.participants, incoming.sender) == (OURS, [BOB, EVE, ADA], EVE)
    foreign = data_of(from_=EVE, to=f"{BOB};{ADA}")
    assert (foreign.our_number, foreign.participants) == (BOB, [EVE, ADA])
    outgoing = data_of(from_=OURS, to=f"{BOB};{ADA};{BOB}", direction="Sent")
    assert (outgoing.our_number, outgoing.participants, outgoing.sender) == (OURS, [BOB, ADA], None)


@pytest.mark.parametrize("word", ["outbound", " Outgoing ", "OUT", "sent"])
def test_the_column_says_the_direction_before_any_own_number(word: str) -> None:
    assert data_of(direction=word).direction == "outbound"


@pytest.mark.parametrize("word", ["", "sideways"])
def test_without_a_known_word_the_own_numbers_say_it(word: str) -> None:
    assert data_of(direction=word).direction == "inbound"
    assert data_of(direction=word, from_=OURS, to=ADA).direction == "outbound"
    assert bad("messages", **message(direction=word, to=BOB)).code == "no_direction"


@pytest.mark.parametrize("cells", [{"from_": ""}, {"to": " "}, {"from_": "", "to": ""}])
def test_a_message_that_lacks_a_side_takes_both_from_its_conversation(cells: dict[str, str]) -> None:
    found = data_of(**cells)
    assert (found.our_number, found.participants) == (OURS, [BOB, ADA])


def test_the_direction_must_then_come_from_its_column_or_the_cell_that_is_there() -> None:
    assert data_of(direction="", from_="").direction == "inbound"
    assert data_of(direction="", from_=OURS, to="").direction == "outbound"
    assert bad("messages", CONVERSATIONS, **message(direction="", to="")).code == "no_direction"


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"from_": "", "external_conversation_id": "gone"}, "missing_from", "from"),
        ({"to": "", "external_conversation_id": ""}, "missing_to", "to"),
        ({"to": f"{OURS};0"}, "bad_number", "to"),
        ({"from_": "4.15555E+09"}, "exponential_number", "from"),
        ({"sent_at": ""}, "missing_time", "sent_at"),
        ({"sent_at": "soon"}, "bad_time", "sent_at"),
        ({"body": "x" * 65_537}, "cell_too_long", "body"),
        ({"from_": "0", "sent_at": "soon"}, "bad_number", "from"),
        ({"body": "a\0b", "from_": "0"}, "bad_character", "body"),
    ],
)
def test_a_row_fails_by_the_first_check_that_it_does_not_pass(cells: dict[str, str], code: str, column: str) -> None:
    found = bad("messages", CONVERSATIONS, **message(**cells))
    assert (found.code, found.column) == (code, column)


def test_a_status_on_the_list_has_one_spelling_and_others_stay() -> None:
    assert [data_of(status=each).status for each in ("SENT", "Un Known", " ")] == ["sent", "Un Known", None]


def test_reading_from_a_row_on_gives_the_same_rows() -> None:
    cells = message()
    file = table(
        [name.rstrip("_") for name in cells], *([f"m{number}", *list(cells.values())[1:]] for number in range(9))
    )
    found = surveyed("messages", file)
    for start in range(1, 11):
        assert list(read(file, "messages", frame(), found, start_row=start)) == rows("messages", file)[start - 1 :]


def call(**cells: str) -> dict[str, str]:
    return {"from_": ADA, "to": OURS, "direction": "in", "started_at": "2026-01-02T03:04:05Z"} | cells


def test_a_call_has_times_and_a_duration_that_never_fail_it() -> None:
    found = good("calls", **call(answered_at="soon", ended_at="", duration_seconds="a while", status="No_Answer"))
    assert isinstance(found.data, Call)
    assert (found.data.answered_at, found.data.duration_seconds, found.data.status) == (None, None, "no-answer")
    assert [each.code for each in found.warnings] == ["bad_time", "bad_duration"]
    assert bad("calls", **call(started_at="soon")).code == "bad_time"


@pytest.mark.parametrize(
    ("written", "seconds"), [("0", 0), ("12.0", 12), (" 7 ", 7), ("2147483648", None), ("-1", None)]
)
def test_a_duration_is_whole_seconds(written: str, seconds: int | None) -> None:
    data = good("calls", **call(duration=written)).data
    assert isinstance(data, Call)
    assert data.duration_seconds == seconds


def test_a_calls_to_is_one_number() -> None:
    assert bad("calls", **call(to=f"{ADA};{BOB}")).code == "bad_number"


def test_a_table_may_be_twilios_log_with_its_own_words_for_outbound() -> None:
    written = message(direction="outbound-api", to=BOB)
    row = mapped("messages", **written)
    assert isinstance(row, Good) and isinstance(row.data, Message) and row.data.direction == "outbound"
    assert bad("messages", **written).code == "no_direction"
