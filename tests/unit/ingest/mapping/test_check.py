"""What is wrong with a mapping is said with how to mend it."""

import pytest

from services.ingest.mapping.check import faults


@pytest.mark.parametrize(("field", "near"), [("fone", "phone"), ("Frist_Name", "first_name"), ("emial", "email")])
def test_a_field_that_is_none_is_named_with_those_that_are_written_like_it(field: str, near: str) -> None:
    (fault,) = faults("contacts", ["Tel", "Bar"], ["phone_2", field], given=["phone"])
    assert (fault.column, fault.code) == (1, "unknown_field")
    assert f"no field {field!r}, but {near}" in fault.detail and "'Bar'" in fault.detail


def test_a_field_that_is_like_no_other_is_named_alone() -> None:
    (fault,) = faults("contacts", ["Bar"], ["qqqqqq"], given=["phone"])
    assert "'qqqqqq': write custom:qqqqqq" in fault.detail
