"""An uploaded ZIP is believed in nothing (faults.md, Bad input), and what is ours in it is found (rules §2)."""

import io
import stat
import zipfile
import zlib
from pathlib import Path

import pytest

from services.ingest.sources.archive import BadArchive, Limits, open_archive
from tests.unit.ingest.zips import CONTACTS, forge, named, overlapping, zipped


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "upload.zip"


def refused(path: Path, limits: Limits | None = None) -> BadArchive:
    with pytest.raises(BadArchive) as caught:
        open_archive(path, limits).verify()
    assert caught.value.message
    return caught.value


def test_files_are_found_in_any_case_and_folder_and_clutter_is_passed_over(path: Path) -> None:
    files = {
        "Export 2026/MESSAGES.csv": b"body\nx\n",
        "Export 2026/Contacts.CSV": CONTACTS,
        "Export 2026/Manifest.JSON": b'{"source": "crm"}',
        "__MACOSX/Export 2026/contacts.csv": b"\0",
        "Export 2026/._contacts.csv": b"\0",
        ".git/contacts.csv": b"\0",
        "Export 2026/people.csv": b"x\n",
        "Export 2026/": b"",
    }
    archive = open_archive(named(path, files))
    archive.verify()
    assert {entity: member.name for entity, member in archive.members.items()} == {
        "contacts": "Export 2026/Contacts.CSV",
        "messages": "Export 2026/MESSAGES.csv",
    }
    assert archive.manifest.source == "crm"
    assert [each.code for each in archive.warnings] == ["unknown_file"]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_member_streams_what_was_put_in(path: Path, method: int) -> None:
    content = bytes(range(256)) * 2_000
    member = open_archive(zipped(path, method=method, contacts=content)).members["contacts"]
    with member.open() as file:
        assert file.read() == content
    assert b"".join(member.chunks()) == content


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty_file"), (CONTACTS, "not_a_zip"), (b"PK\x03\x04" + b"\0" * 99, "truncated"), (b"PK", "not_a_zip")],
)
def test_what_is_no_zip_is_said_to_be_none(path: Path, content: bytes, code: str) -> None:
    path.write_bytes(content)
    assert refused(path).code == code


def test_a_zip_cut_anywhere_is_refused(path: Path) -> None:
    content = zipped(path, contacts=CONTACTS, calls=b"from\n1\n").read_bytes()
    for length in range(1, len(content)):
        path.write_bytes(content[:length])
        assert refused(path).code in {"truncated", "not_a_zip", "damaged", "entries_overlap", "size_lies"}


def test_a_zip_with_any_byte_changed_is_refused_or_read_but_never_a_crash(path: Path) -> None:
    content = zipped(path, contacts=CONTACTS, manifest=b"{}").read_bytes()
    for at in range(len(content)):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
        try:
            open_archive(path).verify()
        except BadArchive as error:
            assert error.message


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../contacts.csv", "unsafe_name"),
        ("a/../../contacts.csv", "unsafe_name"),
        ("..\\contacts.csv", "unsafe_name"),
        ("/etc/contacts.csv", "unsafe_name"),
        ("C:\\contacts.csv", "unsafe_name"),
        ("backup/all.ZIP", "nested_archive"),
        ("calls.tar.gz", "nested_archive"),
        ("old/CONTACTS.csv", "same_name"),
        ("ｃｏｎｔａｃｔｓ.csv", "same_name"),
    ],
)
def test_a_name_that_is_no_plain_file_of_its_own_is_refused_and_said(path: Path, name: str, code: str) -> None:
    error = refused(named(path, {"contacts.csv": CONTACTS, name: b"x"}))
    assert (error.code, error.file) == (code, name)
    assert name in error.message


def test_entries_that_share_bytes_are_refused(path: Path) -> None:
    assert refused(overlapping(path, 50)).code == "entries_overlap"


def test_too_many_entries_are_refused_before_they_are_listed(path: Path) -> None:
    assert refused(overlapping(path, 70_000)).code == "too_many_entries"
    assert refused(zipped(path, contacts=b"x", calls=b"x"), Limits(entries=1)).code == "too_many_entries"


def test_a_bomb_is_refused_by_its_ratio_and_by_the_total(path: Path) -> None:
    zipped(path, contacts=b"\0" * 10_000_000)
    assert refused(path).code == "bomb"
    assert refused(path, Limits(total=9_999_999, ratio=10_000)).code == "too_large"


def test_an_upload_of_10_gb_may_unpack_to_what_an_export_of_that_size_does(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(10_000_000_000)
    assert Limits.of(path).total == 300_000_000_000
    with path.open("wb") as file:
        file.truncate(50_000_000)
    assert Limits.of(path).total == 4 << 30


@pytest.mark.parametrize("size", [1, len(CONTACTS) - 1, len(CONTACTS) + 1, 10_000_000])
def test_a_size_that_lies_is_found_out(path: Path, size: int) -> None:
    forge(zipped(path, contacts=CONTACTS), "size", size)
    assert refused(path).code in {"size_lies", "bomb"}
    forge(zipped(path, contacts=CONTACTS), "size", size, everywhere=False)
    assert refused(path).code in {"size_lies", "bomb"}


def test_a_lie_does_not_unpack_more_than_it_says(path: Path) -> None:
    bomb = b"\0" * 50_000_000
    forge(zipped(path, contacts=bomb), "size", 1_000)
    read = 0
    with pytest.raises(BadArchive, match="contacts"):
        for chunk in open_archive(path).members["contacts"].chunks():
            read += len(chunk)
    assert read < 1_000_000


def test_a_lie_that_has_its_checksum_right_is_found_out_too(path: Path) -> None:
    forge(zipped(path, contacts=CONTACTS), "size", 5)
    forge(path, "crc", zlib.crc32(CONTACTS[:5]))
    assert refused(path).code == "size_lies"


def test_changed_content_is_found_out_by_its_checksum(path: Path) -> None:
    zipped(path, method=zipfile.ZIP_STORED, contacts=CONTACTS)
    path.write_bytes(path.read_bytes().replace(b"Ada", b"Eve"))
    assert refused(path).code == "damaged"


@pytest.mark.parametrize(("field", "value", "code"), [("flags", 1, "encrypted"), ("method", 14, "unknown_compression")])
def test_what_cannot_be_unpacked_is_said_to_be_so(path: Path, field: str, value: int, code: str) -> None:
    forge(zipped(path, contacts=CONTACTS), field, value)
    assert refused(path).code == code


def test_a_link_is_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("contacts.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert refused(path).code == "not_a_file"


def test_a_workbook_is_known_whatever_it_is_called(path: Path) -> None:
    workbook = io.BytesIO()
    with zipfile.ZipFile(workbook, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    error = refused(zipped(path, contacts=workbook.getvalue()))
    assert (error.code, error.file) == ("spreadsheet", "contacts.csv")
    path.write_bytes(workbook.getvalue())
    assert refused(path).code == "spreadsheet"


def test_an_archive_without_any_csv_of_ours_is_refused(path: Path) -> None:
    assert refused(named(path, {"people.csv": b"x", "manifest.json": b"{}"})).code == "no_csv"
    assert refused(named(path, {})).code == "no_csv"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_file_of_more_than_1_000_columns_is_refused_by_name(path: Path, delimiter: str, encoding: str) -> None:
    def table(columns: list[str]) -> bytes:
        return (delimiter.join(columns) + f"\n+14155552671{delimiter}é\n").encode(encoding)

    columns = ["phone", *(f"{number} {'x' * 100}é" for number in range(999))]
    open_archive(zipped(path, contacts=table(columns)))
    open_archive(zipped(path, contacts=table([*columns, "line", "code", "error"])))
    found = refused(zipped(path, contacts=table([*columns, "one more"])))
    assert (found.code, found.file) == ("too_many_columns", "contacts.csv")
    assert "1000 columns" in found.message


def test_a_header_whose_quote_is_never_closed_is_left_to_its_own_warning(path: Path) -> None:
    open_archive(zipped(path, contacts=b'"phone,' + b"a," * 2_000))
