"""Asks an OpenAI-compatible endpoint what uncertain columns are. Whatever goes wrong with it, nothing else does."""

import asyncio
import json
from typing import Any

import httpx2
import msgspec
import structlog

from ringback.events import Entity
from services.ingest.mapping import Offer
from services.ingest.mapping.advice import TASK, heeded, question
from services.ingest.settings import ApiSettings

log = structlog.get_logger()

#: Bytes of an answer; a mapping of 1,000 columns is some 50,000.
_LONGEST = 1 << 20


class _Message(msgspec.Struct):
    content: str


class _Choice(msgspec.Struct):
    message: _Message


class _Completion(msgspec.Struct):
    choices: list[_Choice]


class Adviser:
    """Of one endpoint. `advised` answers within the timeout, with the offer as it was where there is no good advice."""

    def __init__(self, settings: ApiSettings) -> None:
        """Settings that name an endpoint."""
        self._url = f"{str(settings.mapping_model_url).rstrip('/')}/chat/completions"
        self._model, self._values = settings.mapping_model, settings.mapping_model_values
        self._timeout = settings.mapping_model_timeout
        key = settings.mapping_model_key
        self._headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key is not None else {}

    async def advised(self, entity: Entity, it: Offer) -> Offer:
        """Only headers leave us, and samples of values only where the settings allow it."""
        asked = question(entity, it, values=self._values)
        if asked is None:
            return it
        try:
            async with asyncio.timeout(self._timeout):
                return heeded(entity, it, await self._answer(asked))
        except (TimeoutError, httpx2.HTTPError, msgspec.MsgspecError, UnicodeError, RecursionError, _Useless) as error:
            log.warning("mapping_model_useless", error=repr(error)[:200])
            return it

    async def _answer(self, asked: dict[str, Any]) -> str:
        body = {
            "model": self._model,
            "temperature": 0,
            "response_format": {"type": "json_object"},
            "messages": [{"role": "system", "content": TASK}, {"role": "user", "content": json.dumps(asked)}],
        }
        content = json.dumps(body).encode("ascii")
        headers = self._headers | {"Content-Type": "application/json"}
        async with (
            httpx2.AsyncClient(trust_env=False, timeout=self._timeout) as client,
            client.stream("POST", self._url, content=content, headers=headers) as answer,
        ):
            if answer.status_code != 200:
                raise _Useless(f"status {answer.status_code}")
            said = b""
            async for chunk in answer.aiter_bytes():
                said += chunk
                if len(said) > _LONGEST:
                    raise _Useless("too long")
        completion = msgspec.json.decode(said, type=_Completion)
        if not completion.choices:
            raise _Useless("no choice")
        return completion.choices[0].message.content


class _Useless(Exception):
    """No answer of the protocol."""
