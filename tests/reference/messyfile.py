"""From messy rows to the bytes of a messy CSV file (rules §2 text, §3)."""

import codecs
from dataclasses import dataclass
from random import Random

from tests.reference.messyrows import MAKERS
from tests.reference.model import COLUMNS
from tests.reference.world import TEXTS, World

CUSTOM = ("Shoe Size", "Étage", "メモ", "x-note")
ENCODINGS = ("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252")
ESSENTIAL = {"phone", "contact_phone", "our_number", "from", "to", "direction", "sent_at"}
SPOILT = ("ragged long", "ragged short", "nul", "too long", "all empty", "surrogate")


@dataclass
class FilePlan:
    """What a file is made from: a seed for its style and one for each row, so that a failing example shrinks."""

    style: int
    rows: list[int]


def render(entity: str, plan: FilePlan, world: World, *, spoil: float = 0.04) -> bytes:
    """The bytes of one CSV file; `spoil` is the chance that a row's shape is broken."""
    style = Random(f"{entity} {plan.style}")
    columns = _columns(entity, style)
    separator, newline = style.choice((",", ",", ";", "\t")), style.choice(("\n", "\r\n"))
    encoding = style.choice(ENCODINGS)
    customs = style.sample(CUSTOM, style.choice((0, 0, 1, 2)))
    headers = [*(_spelled(style, column) for column in columns), *customs]
    if customs and style.random() < 0.2:
        headers.append(customs[0])
    if style.random() < 0.1:
        headers += ["line", "code", "error"]
    lines = [separator.join(_quoted(style, header, separator) for header in headers)]
    for seed in plan.rows:
        rnd = Random(f"{entity} {seed}")
        row = MAKERS[entity](rnd, world)
        cells = [row.get(column, "") for column in columns]
        cells += [rnd.choice(TEXTS) for _ in headers[len(columns) :]]
        if rnd.random() < spoil:
            cells = _spoilt(rnd, cells, may_surrogate=encoding.startswith("utf-16"))
        lines.append(separator.join(_quoted(rnd, cell, separator) for cell in cells))
        lines += [""] * (rnd.random() < 0.05)
    text = newline.join(lines)
    ending = f'{newline}"never{newline}closed{separator}x' if style.random() < 0.1 else newline * style.randrange(3)
    return _encoded(text + ending, encoding)


def _columns(entity: str, style: Random) -> list[str]:
    """Most columns, in any order; some exports leave some out, but a file keeps two or more."""
    columns = [c for c in COLUMNS[entity] if style.random() < (0.99 if c in ESSENTIAL else 0.9)]
    columns += ["started_at"] if entity == "calls" and "started_at" not in columns else []
    style.shuffle(columns)
    return columns


def _spelled(style: Random, column: str) -> str:
    """A canonical name in another case, with spaces, `_`, `-` or nothing between its words."""
    words = column.split("_")
    joined = style.choice(("_", "_", " ", "-", "")).join(words)
    return style.choice((joined, joined, joined.title(), joined.upper(), joined.capitalize(), f" {joined} "))


def _quoted(rnd: Random, cell: str, separator: str) -> str:
    must = any(c in cell for c in f'"{separator}\r\n')
    return '"' + cell.replace('"', '""') + '"' if must or rnd.random() < 0.1 else cell


def _spoilt(rnd: Random, cells: list[str], *, may_surrogate: bool) -> list[str]:
    """The row with one of the faults that fail it by its shape or length; a short row just lacks its last cells."""
    fault = rnd.choice(SPOILT if may_surrogate else SPOILT[:-1])
    at = rnd.randrange(len(cells))
    if fault == "ragged long":
        return [*cells, "one", "more"]
    if fault == "ragged short":
        return cells[: max(2, at)]
    if fault == "all empty":
        return [""] * len(cells)
    spoilt = {"nul": "a\0b", "too long": "x" * 140_000, "surrogate": "a\ud800b"}[fault]
    return [*cells[:at], spoilt, *cells[at + 1 :]]


def _encoded(text: str, encoding: str) -> bytes:
    if encoding.startswith("utf-16"):
        bom = codecs.BOM_UTF16_LE if encoding.endswith("le") else codecs.BOM_UTF16_BE
        return bom + text.encode(encoding, "surrogatepass")
    return text.encode(encoding, "replace")
