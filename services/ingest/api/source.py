"""Where an import's archive comes from: the form's file, or what was PUT by a pre-signed URL."""

from collections.abc import AsyncIterator

import structlog
from fastapi import Request
from sqlalchemy import RowMapping

from ringback.http.auth import Caller
from ringback.http.problems import Problem
from ringback.postgres.tenancy import tenant_session
from services.ingest.api import presigned, queries
from services.ingest.api.form import read_form
from services.ingest.api.multipart import Form
from services.ingest.spool import Spool, SpoolAway, UploadLost

log = structlog.get_logger()


class Source:
    """`fields` and `filename` are whole once `chunks` has ended."""

    def __init__(self, request: Request, caller: Caller, form: Form) -> None:
        self._request, self._caller, self._form = request, caller, form
        self._spool: Spool = request.app.state.spool
        self._upload: RowMapping | None = None

    @property
    def fields(self) -> dict[str, str]:
        """All but the file."""
        return self._form.fields

    @property
    def filename(self) -> str | None:
        """None where there is no file at all."""
        return self._form.filename if self._upload is None else self._upload["filename"]

    async def chunks(self) -> AsyncIterator[bytes]:
        """The archive's bytes. The upload is named by a field, and fields are known at the form's end."""
        async for chunk in self._form.chunks(self._request.stream()):
            yield chunk
        upload = read_form(self.fields).upload
        if upload is None:
            return
        if self._form.filename is not None:
            raise Problem(422, "Two archives", "Send either the archive as `file` or the `upload` that holds it.")
        async with tenant_session(self._request.app.state.engine, self._caller.tenant) as connection:
            self._upload = presigned.usable(await queries.get_upload(connection, upload))
        async for chunk in self._put():
            yield chunk

    async def clear(self) -> None:
        """What was PUT has been copied to the spool; what cannot be removed now is swept by its age."""
        if self._upload is None or self._spool.presigned is None:
            return
        try:
            await self._spool.presigned.remove(self._upload["id"])
        except SpoolAway as error:
            log.warning("upload_left_in_bucket", upload=str(self._upload["id"]), error=str(error))

    async def _put(self) -> AsyncIterator[bytes]:
        if self._spool.presigned is None or self._upload is None:
            raise presigned.only_in_a_bucket()
        try:
            async for chunk in self._spool.presigned.chunks(self._upload["id"]):
                yield chunk
        except UploadLost as error:
            raise Problem(409, "The upload is not there", str(error)) from None
