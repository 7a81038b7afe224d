"""JSON that is read value by value as it comes, in the memory of one of them; what is broken in one leaves the others.

A value is decoded at one go by the standard library, and delimited by its brackets only where that does not go well:
because the rest of it has not been read yet, or because of what is in it.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from services.ingest.parse.table import LONGEST

#: A value that begins with one of these shows its own end.
_OPENING = '{["'
_BLANK = re.compile(r"[ \t\r\n]*")
_BRACKET = re.compile(r'["{}\[\]]')
_QUOTE = re.compile(r'["\\]')
_SCALAR_END = re.compile(r"[,\]}\s]")


class BrokenJson(Exception):
    """Nothing behind this can be read; its text is for people."""


class BadValue(Exception):
    """One value cannot be used, and those behind it can. `text` is the value as it stands, or its beginning."""

    def __init__(self, code: str, detail: str, text: str) -> None:
        super().__init__(code)
        self.code, self.detail, self.text = code, detail, text


class _Odd(ValueError):
    """JSON that does not mean one thing."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise _Odd("duplicate_key", Counter(key for key, _ in pairs).most_common(1)[0][0])
    return content


def _constant(name: str) -> Any:
    raise _Odd("not_json", f"{name} is no number of JSON")


class Number(str):
    """As it is written: one of 5,000 digits, which Python refuses, is a text like others."""


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_int=Number, parse_float=Number, parse_constant=_constant)


def decoded(text: str) -> Any:
    """One value and nothing else. Raises BadValue."""
    try:
        return _decoder.decode(text)
    except _Odd as error:
        raise BadValue(error.code, error.detail, text) from error
    except json.JSONDecodeError as error:
        raise BadValue("not_json", f"{error.msg.removesuffix(' at')} at character {error.pos + 1}", text) from error
    except RecursionError as error:
        raise BadValue("too_deeply_nested", "", text) from error


class JsonText:
    """`take` and `value` go on from where the last of them ended."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = iter(texts)
        self._buffer, self._at, self._lines = "", 0, 1

    @property
    def line(self) -> int:
        """Where it stands."""
        return self._lines + self._buffer.count("\n", 0, self._at)

    def next(self) -> str:
        """The character behind white space, which is not taken; empty at the end."""
        while True:
            blank = _BLANK.match(self._buffer, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def take(self, wanted: str) -> bool:
        """Goes past that character, if it is the next."""
        found = self.next() == wanted
        self._at += found
        return found

    def value(self) -> Any:
        """Raises BadValue behind it, or BrokenJson where it has no end."""
        if self.next() not in tuple(_OPENING):
            # A number shows its end by what follows alone, which may not have been read yet.
            return self._delimited()
        try:
            found, self._at = _decoder.raw_decode(self._buffer, self._at)
        except (ValueError, RecursionError):
            return self._delimited()
        return found

    def _delimited(self) -> Any:
        text, whole = self._span()
        if not whole:
            raise BadValue("row_too_large", "", text[:LONGEST])
        return decoded(text)

    def _span(self) -> tuple[str, bool]:
        """The next value by its brackets and quotes alone; of one that is too long the beginning, and False."""
        if self.next() not in tuple(_OPENING):
            return self._scalar(), True
        ending, kept, length = _Ending(), list[str](), 0
        while True:
            end = ending.find(self._buffer, self._at)
            piece = self._buffer[self._at : end]
            if length <= LONGEST:
                kept.append(piece)
            length += len(piece)
            self._at += len(piece)
            if end is not None:
                return "".join(kept), length <= LONGEST
            if not self._more():
                raise BrokenJson(f"it ends in the middle of line {self.line}")

    def _scalar(self) -> str:
        while (end := _SCALAR_END.search(self._buffer, self._at)) is None:
            if len(self._buffer) > LONGEST or not self._more():
                break
        stop = len(self._buffer) if end is None else end.start()
        text = self._buffer[self._at : stop]
        if not text:
            raise BrokenJson(f"line {self.line}: a value is missing")
        if len(text) > LONGEST:
            raise BrokenJson(f"line {self.line}: a number is longer than anything")
        self._at = stop
        return text

    def _more(self) -> bool:
        """Another piece of the text, with what is taken dropped."""
        text = next(self._texts, "")
        self._lines += self._buffer.count("\n", 0, self._at)
        self._buffer, self._at = self._buffer[self._at :] + text, 0
        return bool(text)


class _Ending:
    """Where a value ends that begins with a bracket or a quote; what was seen of it is kept from piece to piece."""

    def __init__(self) -> None:
        self._depth, self._quoted, self._escaped = 0, False, False

    def find(self, text: str, at: int) -> int | None:
        """Behind its last character, if that is in this piece."""
        at += self._escaped and at < len(text)
        self._escaped = False
        while found := (_QUOTE if self._quoted else _BRACKET).search(text, at):
            at = found.end()
            if found[0] == "\\":
                self._escaped = at == len(text)
                at += 1
            elif found[0] == '"':
                self._quoted = not self._quoted
            else:
                self._depth += 1 if found[0] in "{[" else -1
            if not self._quoted and self._depth == 0:
                return at
        return None
