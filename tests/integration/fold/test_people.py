"""What people say of contacts, among imports and live events: the same records as the reference has."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ringback.events import MatchOn, Policy
from tests.integration.fold.both import Both
from tests.integration.fold.campaign import examples
from tests.integration.fold.course import Import, Upload, live_steps
from tests.integration.fold.people import delete_some, edit_some
from tests.integration.fold.three_services import Services
from tests.reference.archives import ArchivePlan
from tests.reference.fold import MATCH_ON, POLICIES
from tests.reference.messyfile import FilePlan

ROWS = st.integers(0, 2**20)
ANY_WAY = st.tuples(st.sampled_from(POLICIES), st.sampled_from(MATCH_ON))
SEEDS = st.integers(0, 2**16)
Way = tuple[Policy, MatchOn]
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


@st.composite
def contacts(draw: st.DrawFn, most: int = 8) -> Upload:
    """An archive of contacts alone, of few people."""
    plan = FilePlan(draw(ROWS), draw(st.lists(ROWS, min_size=1, max_size=most)))
    return Upload.of(ArchivePlan(draw(ROWS), 4, {"contacts": plan}).zip(), draw(st.sampled_from(("crm", "dialer"))))


def around(both: Both, noon: datetime) -> Iterator[datetime]:
    while True:
        yield noon + timedelta(seconds=both.rnd.randrange(-3, 4))


@examples(25)
@given(contacts(), contacts(), contacts(most=4), ANY_WAY, ANY_WAY, SEEDS)
async def test_edits_before_between_and_after_imports_and_live_events(
    services: Services, one: Upload, two: Upload, told: Upload, first: Way, second: Way, seed: int
) -> None:
    both = Both(services, seed)
    moments = [NOON + timedelta(seconds=each) for each in range(-3, 4)]
    await both.run(Import(both.id, one, first[0], match_on=first[1]), live_steps(both.id, told, around(both, NOON)))
    await edit_some(both, moments)
    await both.agree()
    await both.run(Import(both.id, two, second[0], match_on=second[1]))
    await edit_some(both, moments)
    live = live_steps(both.id, told, around(both, NOON))
    await both.run(Import(both.id, one, "overwrite"), live)
    await both.agree()


@examples(25)
@given(contacts(), contacts(), contacts(most=4), contacts(most=4), ANY_WAY, SEEDS)
async def test_a_deleted_contact_matches_no_row_and_is_revived_by_newer_live_events_of_its_id_alone(
    services: Services, one: Upload, two: Upload, told: Upload, later: Upload, way: Way, seed: int
) -> None:
    both = Both(services, seed)
    await both.run(Import(both.id, one, "update"), live_steps(both.id, told, around(both, NOON)))
    for hour in (1, 2):
        await edit_some(both, [NOON], 1)
        deleted_at = NOON + timedelta(hours=hour)
        await delete_some(both, deleted_at)
        await both.agree()
        live = [*live_steps(both.id, told, around(both, deleted_at)), *live_steps(both.id, later, around(both, NOON))]
        await both.run(Import(both.id, two, way[0], match_on=way[1]), live)
        await both.agree()


@examples(8)
@given(contacts(), st.sampled_from(("update", "skip")), SEEDS)
async def test_what_a_person_cleared_or_took_out_no_file_brings_back(
    services: Services, upload: Upload, policy: Policy, seed: int
) -> None:
    both = Both(services, seed)
    await both.run(Import(both.id, upload, "update"))
    await edit_some(both, [NOON])
    records = await services.snapshot(both.id)
    again = Import(both.id, upload, policy)
    await both.run(again)
    await both.agree()
    if policy == "skip":
        assert await services.snapshot(both.id) == records
