"""ZIPs that are refused, with the code and the file that the answer names."""

import io
import stat
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.unit.ingest.zips import CONTACTS, forge, named, overlapping, zipped


class Refused(NamedTuple):
    """`file` is None where the archive as a whole is at fault."""

    name: str
    content: bytes
    code: str
    file: str | None = "contacts.csv"


def refused() -> list[Refused]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload.zip"
        return [*_of_zips(path), *_of_names(path), *_of_manifests(path)]


def _of_zips(path: Path) -> list[Refused]:
    def made(make: Callable[[Path], object]) -> bytes:
        make(path)
        return path.read_bytes()

    plain = made(lambda path: zipped(path, contacts=CONTACTS))
    return [
        Refused("overlapping entries", made(lambda path: overlapping(path, 50)), "entries_overlap", "00000000.csv"),
        Refused("70,000 entries", made(lambda path: overlapping(path, 70_000)), "too_many_entries", None),
        Refused("a bomb by its ratio", made(lambda path: zipped(path, contacts=b"\0" * 10_000_000)), "bomb"),
        Refused("a size that lies", made(lambda path: forge(zipped(path, contacts=CONTACTS), "size", 5)), "size_lies"),
        Refused("encrypted", made(lambda path: forge(zipped(path, contacts=CONTACTS), "flags", 1)), "encrypted"),
        Refused("a link", made(_link), "not_a_file"),
        Refused("truncated", plain[:-40], "truncated", None),
        Refused("a CSV that is an XLSX", made(lambda path: zipped(path, contacts=_workbook())), "spreadsheet"),
        Refused("no ZIP at all", CONTACTS, "not_a_zip", "a.zip"),
    ]


def _of_names(path: Path) -> list[Refused]:
    names = {
        "../contacts.csv": "unsafe_name",
        "/etc/contacts.csv": "unsafe_name",
        "C:\\contacts.csv": "unsafe_name",
        "inside/all.zip": "nested_archive",
        "old/CONTACTS.csv": "same_name",
        "ｃｏｎｔａｃｔｓ.csv": "same_name",
    }
    return [
        Refused(name, named(path, {"contacts.csv": CONTACTS, name: b"x"}).read_bytes(), code, name)
        for name, code in names.items()
    ]


def _of_manifests(path: Path) -> list[Refused]:
    texts = {
        "NaN in the manifest": '{"counts": {"contacts": NaN}}',
        "100,000 nested levels in the manifest": "[" * 100_000,
        "a key twice in the manifest": '{"source": "a", "source": "b"}',
        "a manifest that is no JSON": "{'source': 'a'}",
    }
    return [
        Refused(
            name,
            zipped(path, contacts=CONTACTS, manifest=text.encode()).read_bytes(),
            "bad_manifest",
            "manifest.json",
        )
        for name, text in texts.items()
    ]


def _link(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("contacts.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")


def _workbook() -> bytes:
    workbook = io.BytesIO()
    with zipfile.ZipFile(workbook, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return workbook.getvalue()
