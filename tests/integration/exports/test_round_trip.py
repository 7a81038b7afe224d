"""Export, import into an empty tenant, export: the same, but for when each record was made."""

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from ringback.events import Contact
from tests.integration.exports.nasty import NAMES, TEXTS
from tests.integration.exports.tenants import Apis, bring, read, table, tell
from tests.integration.fold.campaign import examples
from tests.integration.fold.three_services import Services

OURS = "+14155550100"
NUMBERS = [f"+1415555{number:04}" for number in range(110, 150)]
SOURCES = ("parser-csv", "hubspot", "quo")

texts = st.sampled_from(TEXTS)
maybe = st.none() | texts
custom = st.dictionaries(st.sampled_from(NAMES) | texts.map(str.strip).filter(bool), texts, max_size=4)
sources = st.sampled_from(SOURCES)
ids = st.none() | st.sampled_from(("1", "2", "a;b", "hubspot/1", "=1"))
sets = st.lists(texts.map(str.strip).filter(bool), max_size=4, unique=True)


@st.composite
def contacts(draw: st.DrawFn) -> Contact:
    plain = {name: draw(maybe) for name in ("first_name", "name", "company", "title", "city", "status", "market")}
    return Contact(
        source=draw(sources),
        external_id=draw(ids),
        phone=draw(st.sampled_from(NUMBERS)),
        phone_2=draw(st.none() | st.sampled_from(NUMBERS)),
        email=draw(st.none() | st.sampled_from(("Ada@example.com", "b+c@example.com", "ü@example.com"))),
        tags=draw(sets),
        lists=draw(sets),
        custom=draw(custom),
        **plain,
    )


@examples(25)
@given(st.lists(contacts(), min_size=1, max_size=12), st.sampled_from(SOURCES))
async def test_contacts_come_back(services: Services, api: Apis, told: list[Contact], source: str) -> None:
    before, after = str(uuid4()), str(uuid4())
    await tell(services, before, [("contacts", each) for each in told])
    exported = await api.export("contacts", before, source=source)
    await bring(services, after, "contacts", read(exported, "contacts-2026-01-15.csv", source))
    assert table(await api.export("contacts", after, source=source)) == table(exported)
