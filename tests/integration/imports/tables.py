"""A table that is not all certain, and how it is sent."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from tests.integration.ingest_alone import Ingest

PEOPLE = [
    ["Name", "Phone", "Shade", "Call them"],
    ["Ada", "+14155552671", "blue", "+12125550123"],
    ["Bob", "none", "red", "+13125550125"],
    ["Eve", "+13035550199", "", "+12125550124"],
]


def table(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


async def sent(ingest: Ingest, tenant: str, rows: Sequence[Sequence[str]] = PEOPLE, **form: str) -> Any:
    answer = await ingest.client.post(
        "/v1/imports", files={"file": ("people.csv", table(rows))}, data=form, headers=ingest.as_caller(tenant)
    )
    assert answer.status_code == 202, answer.text
    return answer.json()
