"""The OpenAPI documents tell the truth: whatever is sent, the answer is one that they describe, and never a 5xx."""

from functools import cache
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.integration.fold.campaign import TIMES
from tests.system.security.permissions import APPS, REQUESTS, ROLES, Operation, World

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
#: A stream of events has no end to wait for; tests/unit/progress/test_streams.py reads it.
ENDING = [each for each in REQUESTS if each.path != "/v1/progress/events"]


@pytest.mark.parametrize("operation", ENDING, ids=str)
def test_every_answer_is_one_that_the_document_describes(world: World, operation: Operation) -> None:
    described = _described(world, operation)
    with requests.Session() as session:
        session.trust_env = False

        @settings(
            max_examples=max(1, int(12 * TIMES)),
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.data())
        def answers(data: st.DataObject) -> None:
            valid = data.draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
            case = data.draw(described.as_strategy(generation_mode=valid))
            # What is deleted is not there for the tests that come after.
            if operation.parameters and operation.method != "DELETE" and data.draw(st.booleans()):
                case.path_parameters = {name: world.ids[name] for name in operation.parameters}
            headers = _caller(world, operation, data)
            answer = case.call(base_url=world.stack.url, session=session, headers=headers, timeout=10)
            case.validate_response(answer, checks=CHECKS)

        answers()


def _caller(world: World, operation: Operation, data: st.DataObject) -> dict[str, str]:
    """Anyone; most often one whom it lets in. An operator's tenant is now and then one that was made up."""
    role = data.draw(st.sampled_from([*ROLES, operation.least, operation.least, operation.least]))
    if role != "operator":
        return world.authorization("ours", role)
    return world.authorization("", role) | data.draw(st.sampled_from([{}, {"Ringback-Tenant": "ours"}]))


@cache
def _documents(url: str) -> list[Any]:
    return [openapi.from_url(f"{url}/v1/openapi/{app}.json") for app in APPS]


def _described(world: World, operation: Operation) -> APIOperation[Any, Any, Any, Any]:
    for document in _documents(world.stack.url):
        if operation.path in document.raw_schema["paths"]:
            found: APIOperation[Any, Any, Any, Any] = document[operation.path][operation.method]
            return found
    raise LookupError(operation)
