"""A BOM decides; else strict UTF-8 over the whole file; else cp1252, said as a warning (rules §2)."""

import codecs

import pytest

from ringback.events import Contact
from services.ingest.parse import Bad, Good, Layout, read, survey
from tests.unit.ingest.files import Bytes, frame, rows, surveyed

TEXT = "phone,name\n+14155552671,Zoë 王 👍🏽\n"
BOMS = {
    "utf-8-sig": codecs.BOM_UTF8 + TEXT.encode(),
    "utf-16-le": codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
    "utf-16-be": codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    "utf-32-le": codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
}


def name_of(found: Good | Bad) -> str | None:
    assert isinstance(found, Good)
    assert isinstance(found.data, Contact)
    return found.data.name


@pytest.mark.parametrize("encoding", BOMS)
@pytest.mark.parametrize("chunk", [1, 3, 1 << 16])
def test_a_bom_decides(encoding: str, chunk: int) -> None:
    file = Bytes(BOMS[encoding], chunk)
    assert surveyed("contacts", file).encoding == encoding
    assert surveyed("contacts", file).warnings == ()
    assert [name_of(each) for each in rows("contacts", file)] == ["Zoë 王 👍🏽"]


def test_utf8_is_asked_of_the_whole_file_before_cp1252_is_taken() -> None:
    file = Bytes(TEXT.encode() * 5_000 + b"+14155552671,\xe9t\xe9\n")
    found = surveyed("contacts", file)
    assert (found.encoding, [each.code for each in found.warnings]) == ("cp1252", ["not_utf8"])
    assert name_of(rows("contacts", file)[-1]) == "été"


def test_the_caller_may_name_the_encoding() -> None:
    file = Bytes("phone,name\n+14155552671,Łódź\n".encode("cp1250"))
    found = survey(file, "contacts", Layout(encoding="cp1250"))
    assert found.warnings == ()
    assert name_of(next(read(file, "contacts", frame(), found))) == "Łódź"


def test_an_encoding_that_is_none_is_a_lookup_error() -> None:
    with pytest.raises(LookupError):
        survey(Bytes(TEXT), "contacts", Layout(encoding="klingon"))


def test_half_a_surrogate_pair_fails_its_row_alone() -> None:
    text = "phone,name\n+14155552671,a\ud800b\n+12125550123,Bob\n"
    half, fine = rows("contacts", Bytes(codecs.BOM_UTF16_LE + text.encode("utf-16-le", "surrogatepass")))
    assert isinstance(half, Bad)
    assert (half.code, half.column) == ("bad_character", "name")
    assert name_of(fine) == "Bob"


@pytest.mark.parametrize(
    "content",
    [
        BOMS["utf-8-sig"] + b"+12125550123,\xff\n",
        BOMS["utf-16-le"] + "+12125550123,x".encode("utf-16-le") + b"\x00",
        b"phone,name\n+14155552671,Ada\n+12125550123,\xe9\x81\n",
    ],
)
def test_bytes_that_are_no_character_fail_their_row_alone(content: bytes) -> None:
    fine, broken = rows("contacts", Bytes(content))
    assert isinstance(fine, Good)
    assert isinstance(broken, Bad)
    assert broken.code == "bad_character"


@pytest.mark.parametrize("chunk", [1, 1 << 16])
@pytest.mark.parametrize(
    ("encoding", "broken"),
    [
        ("utf-16-le", b"\x00\xd8"),
        ("utf-32-le", b"\xff\xff\xff\x7f"),
        ("utf-7", b"+~"),
        ("hz", b"~x"),
        ("iso2022_jp", b"\x1b$B\xff\xff\x1b(B"),
        ("iso2022_jp_2", b"\x1b" + b"$" * 12),
        ("iso2022_kr", b"\x1b$)Cx\x0e\xff\xff\x0f"),
        ("cp424", b"\x72"),
    ],
)
def test_what_an_encoding_has_no_character_for_fails_its_row_alone(encoding: str, broken: bytes, chunk: int) -> None:
    before, behind = (text.encode(encoding) for text in ("phone,name\n+14155552671,a", "b\n+12125550123,Bob\n"))
    file = Bytes(before + broken + behind, chunk)
    half, fine = read(file, "contacts", frame(), survey(file, "contacts", Layout(encoding=encoding)))
    assert isinstance(half, Bad)
    assert half.code == "bad_character"
    assert name_of(fine) == "Bob"
