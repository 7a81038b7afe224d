"""The upload form, from clients that send what no browser would."""

from collections.abc import AsyncIterator

import pytest

from ringback.http.problems import Problem
from services.ingest.api.multipart import Form

FILE = b'Content-Disposition: form-data; name="file"; filename="a.zip"'


async def received(*parts: tuple[bytes, bytes]) -> tuple[Form, bytes]:
    form = Form("multipart/form-data; boundary=B")
    body = b"".join(b"--B\r\n" + header + b"\r\n\r\n" + content + b"\r\n" for header, content in parts) + b"--B--\r\n"
    return form, b"".join([chunk async for chunk in form.chunks(_byte_by_byte(body))])


async def _byte_by_byte(body: bytes) -> AsyncIterator[bytes]:
    for each in body:
        yield bytes([each])


async def test_fields_and_file_come_through_however_they_are_cut() -> None:
    form, content = await received((b'Content-Disposition: form-data; name="notes"', b"n"), (FILE, b"PK\r\n--\0"))
    assert (form.fields, form.filename, content) == ({"notes": "n"}, "a.zip", b"PK\r\n--\0")


@pytest.mark.parametrize("name", ['filename="a\0b"', "filename*=utf-8''a%00b", "filename*=utf-7''a%2B2AA-b"])
async def test_a_file_name_is_always_one_that_can_be_stored(name: str) -> None:
    form, _ = await received((b'Content-Disposition: form-data; name="file"; ' + name.encode(), b""))
    assert form.filename == "a\N{REPLACEMENT CHARACTER}b"


@pytest.mark.parametrize("name", ["idna''a%ff", "undefined''a", "punycode''%ff", "a\0b''a"])
async def test_a_file_name_that_no_codec_can_read_is_the_callers_error(name: str) -> None:
    with pytest.raises(Problem) as caught:
        await received((b'Content-Disposition: form-data; name="file"; filename*=' + name.encode(), b""))
    assert caught.value.status == 400


async def test_two_files_are_not_taken_for_one() -> None:
    with pytest.raises(Problem) as caught:
        await received((FILE, b"PK"), (FILE, b"PK"))
    assert caught.value.status == 400


def test_a_boundary_that_is_too_long_is_the_callers_error() -> None:
    with pytest.raises(Problem) as caught:
        Form("multipart/form-data; boundary=" + "x" * 5_000)
    assert caught.value.status == 400
