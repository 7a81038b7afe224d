"""`kill -9` of the ingest worker: anywhere in mid-import, after a send, after an acknowledgement, at the very end."""

import pytest_asyncio

from tests.faults.conftest import Tenants
from tests.faults.course import Course, Scene, check_back_in_time, run_course
from tests.faults.expected import Expected
from tests.faults.killing import kill_worker
from tests.faults.kills import Failpoints, Kill
from tests.faults.watcher import check_never_back
from tests.stack import Stack


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def course(stack: Stack, tenants: Tenants, big: Expected, failpoints: Failpoints) -> Course:
    async def disturb(scene: Scene) -> list[Kill]:
        return await kill_worker(scene, failpoints, "ingest")

    async with tenants("killed-ingest") as tenant:
        return await run_course(stack, tenant, big, disturb)


def test_a_dry_run_with_ingest_dying_accounts_for_every_row(course: Course) -> None:
    assert course.dry.it["status"] == "finished"
    assert course.dry.it["summary"] == course.expected.first


def test_a_dry_run_with_ingest_dying_leaves_nothing_to_read(course: Course) -> None:
    assert course.readable_after_dry == []


def test_the_real_run_with_ingest_dying_gives_the_same_figures(course: Course) -> None:
    assert course.real.it["status"] == "finished"
    assert course.real.it["summary"] == course.expected.first


def test_no_record_is_there_twice_and_none_is_missing(course: Course) -> None:
    assert course.records == course.expected.records


def test_the_same_file_again_is_neither_new_nor_updated(course: Course) -> None:
    assert course.again["summary"] == course.expected.again


def test_after_each_kill_the_work_goes_on_within_5_seconds(course: Course) -> None:
    assert len(course.went_on) == 2 * 4
    check_back_in_time(course.went_on)


def test_who_watches_sees_no_count_go_back_and_all_done_at_the_end(course: Course) -> None:
    check_never_back(course.dry.messages)
    check_never_back(course.real.messages)
