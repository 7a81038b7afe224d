"""Records that nobody could read: to be looked at and replayed by the platform's operators, as they are of all tenants.

The one place of the API that speaks to the broker, so it alone answers 503 where that is away.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import structlog
from aiokafka.errors import KafkaError
from fastapi import APIRouter, Path, Query, Request
from pydantic import AwareDatetime

from ringback.http.auth import PlatformOperator
from ringback.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode_cursor, encode_cursor
from ringback.http.problems import Problem, documented
from ringback.kafka.dead_letters_reader import NEVER, DeadLetter, DeadLettersReader, dead_letters_reader
from ringback.kafka.dead_letters_replay import NotReplayable, origin_of, replay
from ringback.runtime.settings import Settings
from services.ingest.api import dead_letters_views as views

log = structlog.get_logger()
router = APIRouter(tags=["dead letters"])

#: For an answer; a broker that is away is said within it (fault 4).
ANSWER_SECONDS = 5.0

Partition = Annotated[int, Path(ge=0, lt=2**31, description="Of dead-letters.v1.")]
Offset = Annotated[int, Path(ge=0, lt=2**63, description="Of that partition.")]
Topic = Annotated[str | None, Query(max_length=249, description="Only those that came from this topic.")]
Since = Annotated[AwareDatetime, Query(description="Only those that were put aside then or later.")]


@router.get("/v1/dead-letters", response_model=Page[views.DeadLetterItem])
async def list_dead_letters(
    request: Request,
    _: PlatformOperator,
    topic: Topic = None,
    since: Since = NEVER,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Any:
    """Newest first. Where a filter lets little pass, a page may be short or empty and yet have a `next_cursor`."""
    below = dict(decode_cursor(cursor, list[tuple[int, int]]) or ())
    async with _reader(request) as reader:
        page = await reader.page(lambda each: _came_from(each, topic), limit, since, below)
    last = encode_cursor(tuple(page.below.items())) if page.below else None
    return {"items": [views.item(each) for each in page.letters], "next_cursor": last}


@router.get("/v1/dead-letters/{partition}/{offset}", response_model=views.DeadLetterDetail, responses=documented(404))
async def get_dead_letter(request: Request, _: PlatformOperator, partition: Partition, offset: Offset) -> Any:
    """The record as it came, and what was wrong with it."""
    return views.detail(await _find(request, partition, offset))


@router.post("/v1/dead-letters/{partition}/{offset}/replay", response_model=views.Place, responses=documented(404, 409))
async def replay_dead_letter(request: Request, who: PlatformOperator, partition: Partition, offset: Offset) -> Any:
    """Sends the record to where it came from, as it came; says where it stands now. The dead letter stays."""
    letter = await _find(request, partition, offset)
    try:
        origin = origin_of(letter, _settings(request))
    except NotReplayable as error:
        raise Problem(409, "It cannot be replayed", str(error)) from error
    async with _the_broker():
        sent = await replay(letter, origin, _settings(request))
    place = {"topic": sent.topic, "partition": sent.partition, "offset": sent.offset}
    log.info("dead_letter_replayed", by=who.subject, dead_letter=[partition, offset], **place)
    return place


async def _find(request: Request, partition: int, offset: int) -> DeadLetter:
    letter = None
    if partition < _settings(request).partitions:
        async with _reader(request) as reader:
            letter = await reader.one(partition, offset)
    if letter is None:
        raise Problem(404, "No such dead letter", "There is none, or its week on the topic is over.")
    return letter


def _came_from(letter: DeadLetter, topic: str | None) -> bool:
    return topic is None or (letter.origin is not None and letter.origin.origin_topic == topic)


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


@asynccontextmanager
async def _reader(request: Request) -> AsyncIterator[DeadLettersReader]:
    async with _the_broker(), dead_letters_reader(_settings(request)) as reader:
        yield reader


@asynccontextmanager
async def _the_broker() -> AsyncIterator[None]:
    """What is asked of it is answered in time, or not at all."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            yield
    except (KafkaError, TimeoutError) as error:
        log.warning("broker_away", error=repr(error))
        raise Problem(503, "The broker is away", "Try again in a moment.", headers={"Retry-After": "1"}) from error
