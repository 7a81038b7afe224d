"""CSV files and manifests that are accepted: which rows fail by what, in which line and column, and what stays."""

import json
from typing import NamedTuple

from tests.reference.build import zipped

GOOD = "+14155552671"
OTHER = "+12125550123"
ANY_UNICODE = "".join(map(chr, [*range(1, 0x250), *range(0x2000, 0x2070), 0xFEFF, 0xFFFD, 0x1F469, 0x200D, 0x10FFFF]))


class Fails(NamedTuple):
    line: int
    code: str
    column: str | None = None


class Accepted(NamedTuple):
    """`kept` are the shown names of the contacts, in the order of the rows; `warned` the codes of the warnings."""

    name: str
    content: bytes
    fails: tuple[Fails, ...] = ()
    kept: tuple[str | None, ...] = ()
    warned: tuple[str, ...] = ()
    manifest: bytes | None = None
    form: tuple[tuple[str, str], ...] = ()
    entity: str = "contacts"

    @property
    def archive(self) -> bytes:
        files = {f"{self.entity}.csv": self.content}
        return zipped(files | ({"manifest.json": self.manifest} if self.manifest is not None else {}))


def accepted() -> list[Accepted]:
    return [*_of_rows(), *_of_bytes(), *_of_headers(), *_of_manifests()]


def _of_rows() -> list[Accepted]:
    head, first = "phone,name\n", f"{GOOD},Ada\n"
    return [
        Accepted(
            "an unclosed quote",
            f'{head}{first}{OTHER},"Bob\n+13035550199,Eve\n'.encode(),
            (Fails(3, "unclosed_quote"),),
            ("Ada",),
        ),
        Accepted(
            "ragged rows",
            f"{head}{GOOD}\n{OTHER},Bob,and more\n".encode(),
            (Fails(3, "too_many_cells"),),
            (None,),
        ),
        Accepted(
            "a cell of 200 KB",
            f"{head}{OTHER},{'x' * 200_000}\n{first}".encode(),
            (Fails(2, "cell_too_long", "name"),),
            ("Ada",),
        ),
        Accepted(
            "9 KB in indexed columns",
            f"external_contact_id,phone,email,name\n{'i' * 9_000},{GOOD},,a\n,{'1' * 9_000},,b\n"
            f",,{'e' * 9_000}@example.com,c\n,{OTHER},,d\n".encode(),
            (
                Fails(2, "cell_too_long", "external_contact_id"),
                Fails(3, "cell_too_long", "phone"),
                Fails(4, "cell_too_long", "email"),
            ),
            ("d",),
        ),
        Accepted("NUL", f"{head}{OTHER},a\0b\n{first}".encode(), (Fails(2, "bad_character", "name"),), ("Ada",)),
        Accepted("any Unicode", _quoted(head, ANY_UNICODE), (), (ANY_UNICODE,)),
        Accepted("formula starters", f"{head}{GOOD},=1+1\n{OTHER},@SUM(A1)\n".encode(), (), ("=1+1", "@SUM(A1)")),
    ]


def _of_bytes() -> list[Accepted]:
    text = f"phone,name\n{GOOD},Zoë\n"
    return [
        Accepted("bare CR", text.replace("\n", "\r").encode(), (), ("Zoë",)),
        Accepted("UTF-16", text.encode("utf-16"), (), ("Zoë",)),
        Accepted("cp1252", text.encode("cp1252"), (), ("Zoë",), ("not_utf8",)),
        Accepted("a BOM", text.encode("utf-8-sig"), (), ("Zoë",)),
        Accepted("an empty file", b"", (), (), ("empty_file",)),
        Accepted("a header only", b"phone,name\n", (), ()),
    ]


def _of_headers() -> list[Accepted]:
    return [
        Accepted(
            "no header",
            f"{GOOD},Ada\n{OTHER},Bob\n".encode(),
            (Fails(2, "no_phone_or_email", "phone"),),
            (),
            ("no_known_column",),
        ),
        Accepted("a header twice", f"phone,name,name\n{GOOD},Ada,Bob\n".encode(), (), ("Ada",), ("duplicate_header",)),
        Accepted("headers in any language", f"phone,Ծնունդ,生年月日\n{GOOD},a,b\n".encode(), (), (None,)),
        Accepted("a tenant in a column", f"phone,name,tenant\n{GOOD},Ada,globex\n".encode(), (), ("Ada",)),
    ]


def _of_manifests() -> list[Accepted]:
    rows = f"phone,name\n{GOOD},Ada\n".encode()
    said = {
        "a manifest off by one": (json.dumps({"counts": {"contacts": 2}}), ("count_differs",)),
        "a tenant in the manifest and in the form": (json.dumps({"tenant": "globex"}), ()),
        "a number of 5,000 digits": ('{"counts": {"contacts": ' + "9" * 5_000 + "}}", ("bad_manifest_field",)),
        "half a surrogate pair": ('{"source": "\\ud800"}', ("bad_manifest_field",)),
    }
    return [
        Accepted(name, rows, (), ("Ada",), warned, text.encode(), (("tenant", "globex"),))
        for name, (text, warned) in said.items()
    ]


def _quoted(head: str, text: str) -> bytes:
    return (head + f'{GOOD},"' + text.replace('"', '""') + '"\n').encode()
