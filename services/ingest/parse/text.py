"""Bytes to text: a BOM decides, else strict UTF-8 over the whole file, else cp1252 (rules §2)."""

import codecs
from collections.abc import Iterable, Iterator
from functools import partial

FALLBACK = "cp1252"
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Stands for a byte that no character could be made of, so that its row fails by the surrogate in it, and only its row.
_HALF = "\udcff"
#: How bytes are taken that an encoding has no character for; Python's own handlers raise at some of them.
_PASSED, _ESCAPED = "ringback.passed", "ringback.escaped"
#: Their bytes can be read in two orders, and only a BOM says in which.
WITH_BOM = frozenset({"utf-16", "utf-32"})


#: Codecs that make text of text, or fail at whatever they are given.
_NO_ENCODINGS = frozenset({"idna", "punycode", "unicode_escape", "raw-unicode-escape", "unicode-escape", "undefined"})


def known_encoding(name: str) -> str:
    """As `survey` takes it. Raises LookupError where Python knows none of this name.

    UTF-8 that somebody has chosen is not to be found out, so it is `utf8` here: where it is broken, rows fail.
    """
    try:
        found = codecs.lookup(name)
    except ValueError as error:
        raise LookupError(name) from error
    if found.name in _NO_ENCODINGS or not isinstance("".encode(found.name), bytes):
        raise LookupError(name)
    return "utf8" if found.name == "utf-8" else found.name


def bom_encoding(start: bytes) -> str | None:
    """The encoding that the first four bytes of a file announce."""
    return next((name for bom, name in _BOMS if start.startswith(bom)), None)


def decode(chunks: Iterable[bytes], encoding: str) -> Iterator[str]:
    """The text without its BOM. Only `utf-8` raises UnicodeDecodeError: there it is how the encoding is found out."""
    decoder = codecs.getincrementaldecoder(encoding)(_on_error(encoding))
    started = False
    for chunk in chunks:
        text = _decoded(decoder, chunk)
        if text:
            yield text if started else text.removeprefix("\ufeff")
            started = True
    yield _end(decoder, encoding)


def _on_error(encoding: str) -> str:
    if encoding == "utf-8":
        return "strict"
    return _PASSED if encoding.startswith(("utf-16", "utf-32")) else _ESCAPED


def _halved(handler: str, error: UnicodeError) -> tuple[str | bytes, int]:
    """Python's handler as far as it goes: for what it gives up on there is half of a pair, too."""
    try:
        return codecs.lookup_error(handler)(error)
    except UnicodeDecodeError as broken:
        return _HALF, broken.end


codecs.register_error(_PASSED, partial(_halved, "surrogatepass"))
codecs.register_error(_ESCAPED, partial(_halved, "surrogateescape"))


def _decoded(decoder: codecs.IncrementalDecoder, chunk: bytes) -> str:
    """Where an escape sequence has no end, the decoder gives up on all that it was given, and so is given less."""
    state = decoder.getstate()
    try:
        return decoder.decode(chunk)
    except UnicodeDecodeError:
        raise
    except UnicodeError:
        if len(chunk) == 1:
            decoder.reset()
            return _HALF
        decoder.setstate(state)
        middle = len(chunk) // 2
        return _decoded(decoder, chunk[:middle]) + _decoded(decoder, chunk[middle:])


def _end(decoder: codecs.IncrementalDecoder, encoding: str) -> str:
    try:
        return decoder.decode(b"", final=True)
    except UnicodeError:
        if encoding == "utf-8":
            raise
        return _HALF
