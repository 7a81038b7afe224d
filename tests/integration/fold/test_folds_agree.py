"""The product's folds against the reference: whatever archives, batches and repeats, the same counts and records."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ringback.events import MatchOn, Policy
from tests.integration.fold.both import Both
from tests.integration.fold.campaign import examples
from tests.integration.fold.course import Import, Upload, live_steps
from tests.integration.fold.three_services import Services
from tests.reference.archives import ArchivePlan, archive_plans
from tests.reference.fold import MATCH_ON, POLICIES

ANY_POLICY = st.sampled_from(POLICIES)
#: (policy, what contacts are matched on).
ANY_WAY = st.tuples(ANY_POLICY, st.sampled_from(MATCH_ON))
SEEDS = st.integers(0, 2**16)
Way = tuple[Policy, MatchOn]
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


@examples(40)
@given(archive_plans(), archive_plans(), ANY_WAY, ANY_WAY, SEEDS)
async def test_two_imports_of_one_or_two_sources(
    services: Services, one: ArchivePlan, two: ArchivePlan, first: Way, second: Way, seed: int
) -> None:
    both = Both(services, seed)
    await both.run(Import(both.id, Upload.of(one.zip(), "crm"), first[0], ("one",), match_on=first[1]))
    await both.agree()
    upload = Upload.of(two.zip(), both.rnd.choice(("crm", "dialer")))
    await both.run(Import(both.id, upload, second[0], ("two",), match_on=second[1]))
    await both.agree()


@examples(30)
@given(archive_plans(), archive_plans(max_rows=4), ANY_WAY, SEEDS)
async def test_live_events_between_the_rows(
    services: Services, plan: ArchivePlan, told: ArchivePlan, way: Way, seed: int
) -> None:
    both = Both(services, seed)
    times = (NOON + timedelta(seconds=both.rnd.randrange(3)) for _ in iter(int, 1))
    live = live_steps(both.id, Upload.of(told.zip(), both.rnd.choice(("crm", "phone system"))), times)
    await both.run(Import(both.id, Upload.of(plan.zip(), "crm"), way[0], match_on=way[1]), live)
    await both.agree()


@examples(20)
@given(archive_plans(), archive_plans(), st.sampled_from(("update", "skip")), st.sampled_from(MATCH_ON), SEEDS)
async def test_the_same_archive_again_changes_nothing(
    services: Services, before: ArchivePlan, plan: ArchivePlan, policy: Policy, match_on: MatchOn, seed: int
) -> None:
    both = Both(services, seed)
    upload = Upload.of(plan.zip(), "crm")
    await both.run(Import(both.id, Upload.of(before.zip(), "dialer"), "update"))
    await both.run(Import(both.id, upload, policy, match_on=match_on))
    records = await services.snapshot(both.id)
    again = Import(both.id, upload, policy, ("again",) if seed % 2 else (), match_on=match_on)
    await both.run(again)
    await both.agree()
    assert all(counts.new == counts.updated == 0 for counts in again.counts.values())
    if policy == "skip":
        assert await services.snapshot(both.id) == records


@examples(25)
@given(archive_plans(), archive_plans(), ANY_WAY, SEEDS)
async def test_a_dry_run_shows_nothing_and_counts_as_the_real_one_whatever_the_order_between_topics(
    services: Services, before: ArchivePlan, plan: ArchivePlan, way: Way, seed: int
) -> None:
    both = Both(services, seed)
    upload = Upload.of(plan.zip(), both.rnd.choice(("crm", "dialer")))
    await both.run(Import(both.id, Upload.of(before.zip(), "crm"), "update"))
    untouched, dry = (
        await services.readable(both.id),
        Import(both.id, upload, way[0], ("dry",), dry_run=True, match_on=way[1]),
    )
    await services.receive([*dry.received(both.rnd), *dry.closes()], both.rnd)
    assert await services.readable(both.id) == untouched
    await services.sweep()
    assert await services.shadowed(both.id) == 0
    real = Import(both.id, upload, way[0], ("real",), match_on=way[1])
    await both.run(real)
    await both.agree()
    assert await services.counts(dry.id) == await services.counts(real.id)


@examples(10)
@given(archive_plans(), ANY_POLICY, SEEDS)
async def test_two_tenants_at_once_share_nothing(
    services: Services, plan: ArchivePlan, policy: Policy, seed: int
) -> None:
    one, two = Both(services, seed), Both(services, seed + 1)
    upload = Upload.of(plan.zip(), "crm")
    imports = [Import(each.id, upload, policy) for each in (one, two)]
    await services.receive(
        [event for pair in zip(*(it.received(one.rnd) for it in imports), strict=True) for event in pair], one.rnd
    )
    await services.receive([close for it in imports for close in it.closes()], one.rnd)
    assert await services.counts(imports[0].id) == await services.counts(imports[1].id)
    alone = Both(services, seed)
    await alone.run(Import(alone.id, upload, policy))
    await alone.agree()
    assert await services.snapshot(one.id) == await services.snapshot(two.id) == await services.snapshot(alone.id)
