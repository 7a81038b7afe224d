"""JSON read value by value is what the standard library reads at once, wherever the pieces of its text are cut."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.ingest.sources.json_text import JsonText

_plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
_values = st.recursive(
    _plain, lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(), each, max_size=3), max_leaves=8
)


@given(st.lists(_values, min_size=1, max_size=5), st.integers(1, 9), st.sampled_from([None, 1]), st.booleans())
def test_values_cut_anywhere_are_whole(values: list[Any], size: int, indent: int | None, ascii_only: bool) -> None:
    written = json.dumps(values, indent=indent, ensure_ascii=ascii_only)
    text = JsonText(written[start : start + size] for start in range(0, len(written), size))
    found = []
    assert text.take("[")
    while not text.take("]"):
        found.append(text.value())
        text.take(",")
    assert text.next() == ""
    # Numbers are as they are written.
    assert found == json.loads(written, parse_int=str, parse_float=str)
