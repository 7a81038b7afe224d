"""Where an import's file comes from: the form itself, or where one of its fields says that it lies."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from uuid import UUID

import structlog
from fastapi import Request
from sqlalchemy import RowMapping

from ringback.http.auth import Caller
from ringback.http.problems import Problem
from ringback.postgres.tenancy import tenant_session
from services.ingest.api import elsewhere, presigned, queries
from services.ingest.api.form import UploadForm, read_form
from services.ingest.api.multipart import Form
from services.ingest.spool import Incoming, NoSpace, Spool, SpoolAway, TooLarge, UploadLost

log = structlog.get_logger()


@contextmanager
def spooling(spool: Spool) -> Iterator[None]:
    """What the spool refuses, as it is said to who sent it."""
    try:
        yield
    except TooLarge:
        raise Problem(413, "The upload is too large", f"It may have {spool.limit} bytes.") from None
    except NoSpace:
        raise Problem(507, "No space left", "The spool is full; try again later.") from None


class Source:
    """`fields` and `filename` are whole once `chunks` has ended."""

    def __init__(self, request: Request, caller: Caller, form: Form) -> None:
        self._request, self._caller, self._form = request, caller, form
        self._spool: Spool = request.app.state.spool
        self._upload: RowMapping | None = None
        self.filename: str | None = None

    @property
    def fields(self) -> dict[str, str]:
        """All but the file."""
        return self._form.fields

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The file's bytes. What is elsewhere is named by a field, and fields are known at the form's end."""
        async for chunk in self._form.chunks(self._request.stream()):
            yield chunk
        self.filename = self._form.filename
        told = read_form(self.fields)
        named = [self.filename, told.upload, told.object, told.url]
        if len([each for each in named if each is not None]) > 1:
            raise Problem(422, "More than one file", "Send one of `file`, `upload`, `object` and `url`.")
        async with aclosing(self._elsewhere(told)) as there:
            async for chunk in there:
                yield chunk

    def _elsewhere(self, told: UploadForm) -> AsyncGenerator[bytes, None]:
        if told.object is not None:
            self.filename = elsewhere.last_name(told.object)
            return elsewhere.stored(self._spool, self._caller.tenant, told.object)
        if told.url is not None:
            self.filename = elsewhere.file_name(told.url)
            return elsewhere.behind(self._request.app.state.outbound, told.url, self._spool.limit)
        return self._put(told.upload)

    @asynccontextmanager
    async def received(self) -> AsyncIterator[Incoming]:
        """The file on this machine, empty where there is none; what it was read from is cleared behind the block."""
        with spooling(self._spool):
            # Closed whatever comes: a file that is fetched holds a connection.
            async with aclosing(self.chunks()) as chunks, self._spool.incoming(chunks) as incoming:
                yield incoming
        await self._clear()

    async def _clear(self) -> None:
        """What was PUT has been copied to the spool; what cannot be removed now is swept by its age."""
        if self._upload is None or self._spool.presigned is None:
            return
        try:
            await self._spool.presigned.remove(self._upload["id"])
        except SpoolAway as error:
            log.warning("upload_left_in_bucket", upload=str(self._upload["id"]), error=str(error))

    async def _put(self, upload: UUID | None) -> AsyncGenerator[bytes, None]:
        if upload is None:
            return
        async with tenant_session(self._request.app.state.engine, self._caller.tenant) as connection:
            self._upload = presigned.usable(await queries.get_upload(connection, upload))
        self.filename = self._upload["filename"]
        if self._spool.presigned is None:
            raise presigned.only_in_a_bucket()
        try:
            async for chunk in self._spool.presigned.chunks(upload):
                yield chunk
        except UploadLost as error:
            raise Problem(409, "The upload is not there", str(error)) from None
