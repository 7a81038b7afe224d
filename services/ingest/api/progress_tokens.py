"""A token to hand out: it shows one import's progress for an hour, and opens nothing else."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel

from ringback.http.auth import Authenticated, Verifier, sign
from ringback.http.problems import documented
from ringback.postgres.tenancy import tenant_session
from services.ingest.api import queries
from services.ingest.api.imports import ImportId, no_such_import

router = APIRouter()

HOURS = 1


class ProgressToken(BaseModel):
    """Good at `/v1/progress/{import_id}`, `/v1/progress/events` and the websocket, until `expires_at`."""

    token: str
    import_id: str
    expires_at: datetime


@router.post(
    "/v1/imports/{import_id}/progress-token",
    status_code=201,
    response_model=ProgressToken,
    responses=documented(404),
)
async def hand_out(request: Request, caller: Authenticated, import_id: ImportId) -> Any:
    """Whoever may see the import may show it: any role."""
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        if await queries.get_import(connection, import_id) is None:
            raise no_such_import()
    verifier: Verifier = request.app.state.verifier
    token = sign(
        verifier.keys.signing,
        tenant=caller.tenant,
        role="viewer",
        subject=caller.subject,
        hours=HOURS,
        import_id=str(import_id),
    )
    expires = datetime.fromtimestamp((await verifier.caller(token)).expires, UTC)
    return {"token": token, "import_id": str(import_id), "expires_at": expires}
