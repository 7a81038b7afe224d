"""CloudEvents' Kafka binding, as other producers' libraries write it."""

from typing import Any

import pytest

from ringback.events.codec import CODECS, OF_TOPIC, Unreadable, header
from ringback.events.publish import EXAMPLES
from tests.contract.modes import MODES, Event, Written, binary, both, structured

CONTACT = EXAMPLES["ringback.contact.recorded.v1"]
IMPORT = "8c0d5be4-7f2a-4d0e-9a51-2f6f2b7c9e10"
ROW = CONTACT | {"importid": IMPORT, "sequence": 12, "dryrun": True, "onduplicate": "skip"}


def read(written: Written, key: bytes = b"acme") -> Any:
    return CODECS["contacts"].decode(key, written.value, written.headers)


def with_header(event: Event, name: str, value: bytes | None) -> Written:
    value_, headers = binary(event)
    return Written(value_, (*(each for each in headers if each[0] != name), (name, value)))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("topic", "codec"), OF_TOPIC.items(), ids=lambda each: getattr(each, "name", ""))
def test_every_type_is_the_same_event_in_every_mode(topic: Any, codec: Any, mode: Any) -> None:
    for each in codec.types:
        event = EXAMPLES[each.__struct_config__.tag]
        assert codec.decode(b"acme", *mode(event)) == codec.decode(b"acme", *MODES[0](event))


@pytest.mark.parametrize("mode", MODES)
def test_numbers_and_booleans_come_through_headers_as_what_they_are(mode: Any) -> None:
    row = read(mode(ROW))
    assert (row.importid, row.sequence, row.dryrun, row.onduplicate) == (IMPORT, 12, True, "skip")


@pytest.mark.parametrize("mode", MODES)
def test_the_envelope_is_known_in_every_mode_where_the_data_cannot_be_read(mode: Any) -> None:
    told = header(*mode(ROW | {"data": {"source": 7}}))
    assert told is not None
    assert (told.tenant, told.importid, told.sequence, told.dryrun) == ("acme", IMPORT, 12, True)


@pytest.mark.parametrize("spelling", [b"True", b"TRUE", b"1", b"yes", b""])
def test_a_dry_run_that_is_misspelt_is_not_taken_for_a_real_one(spelling: bytes) -> None:
    with pytest.raises(Unreadable):
        read(with_header(ROW, "ce_dryrun", spelling))


def test_the_content_type_decides_though_ce_headers_say_otherwise() -> None:
    another = CONTACT | {"time": "2020-01-01T00:00:00Z"}
    written = structured(CONTACT)._replace(headers=both(another).headers)
    assert read(written) == read(structured(CONTACT))


@pytest.mark.parametrize("media", [b"application/json;charset=utf-8", b"text/JSON", b"application/vnd.acme+json", None])
def test_data_of_any_json_type_is_read_in_binary_mode(media: bytes | None) -> None:
    assert read(with_header(CONTACT, "content-type", media)) == read(structured(CONTACT))


@pytest.mark.parametrize(
    "media", [b"application/avro", b"application/cloudevents+avro", b"application/cloudevents-batch+json", b"text/xml"]
)
def test_what_is_not_json_is_refused_by_its_name(media: bytes) -> None:
    with pytest.raises(Unreadable, match=media.decode().replace("+", r"\+")):
        read(with_header(CONTACT, "content-type", media))


def test_values_of_headers_are_utf_8_and_not_percent_encoded() -> None:
    for tenant in ("Zoë & Söhne", "50%25"):
        event = CONTACT | {"tenant": tenant, "partitionkey": tenant}
        assert read(binary(event), tenant.encode()).tenant == tenant
    with pytest.raises(Unreadable):
        read(with_header(CONTACT, "ce_subject", b"\xff"))


def test_names_of_headers_are_lower_case() -> None:
    """Kafka tells them apart, and so do we."""
    written = binary(CONTACT)
    with pytest.raises(Unreadable):
        read(written._replace(headers=tuple((name.upper(), value) for name, value in written.headers)))


def test_headers_that_are_not_cloudevents_are_passed_over() -> None:
    trace = (("traceparent", b"00-1-2-03"), ("noise", b"\xff"), ("empty", None))
    for mode in MODES:
        written = mode(CONTACT)
        assert read(written._replace(headers=written.headers + trace)) == read(structured(CONTACT))


def test_base64_that_is_none_is_unreadable() -> None:
    rest = {name: value for name, value in CONTACT.items() if name != "data"}
    for told in ("***", 7):
        with pytest.raises(Unreadable):
            read(structured(rest | {"data_base64": told}))
