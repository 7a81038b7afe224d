"""The HTTP API, a method for each route that the command line uses; the only place that retries a request."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import msgspec

from cli.answers import Import, Problem, TenantSettings, UndoPreview
from cli.connection import Connection
from cli.screen import printable
from cli.trouble import Trouble

#: An upload's answer waits for the file's check, a workbook's first byte for its last row; others take milliseconds.
TIMEOUT = httpx2.Timeout(30, connect=5)
FILE_TIMEOUT = httpx2.Timeout(300, connect=5)
#: The most that a page may have.
PAGE = "200"
#: No connection came about, so that nothing was done by what was asked.
UNSENT = (httpx2.ConnectError, httpx2.ConnectTimeout)
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
#: A parameter of a query; several values stand there one by one.
Asked = str | Sequence[str]


class Server:
    """`wait` is how many seconds a server that is away is given to come back; `say` tells the person so, once."""

    def __init__(self, connection: Connection, wait: float, say: Callable[[str], None]) -> None:
        self.connection = connection
        self.wait = wait
        self._say = say
        self._http = self._client(TIMEOUT)

    def _client(self, timeout: httpx2.Timeout) -> httpx2.Client:
        return httpx2.Client(
            base_url=self.connection.url,
            headers={"Authorization": f"Bearer {self.connection.token}"},
            timeout=timeout,
            trust_env=not self.connection.is_loopback,
        )

    def upload(self, file: Path, fields: dict[str, str], path: str = "/v1/imports") -> Import:
        """A second upload would be a second import."""

        def send(http: httpx2.Client) -> httpx2.Response:
            with file.open("rb") as content:
                return http.post(path, data=fields, files={"file": (file.name, content)})

        return self._started(send, file.name)

    def fetch(self, url: str, fields: dict[str, str]) -> Import:
        """An import of what the server finds there."""
        form = {name: (None, value) for name, value in (fields | {"url": url}).items()}
        return self._started(lambda http: http.post("/v1/imports", files=form), url)

    def _started(self, send: Callable[[httpx2.Client], httpx2.Response], name: str) -> Import:
        """Tried again only where no connection came about."""

        def alone() -> httpx2.Response:
            # On a connection of its own: one that was kept could be closing just now, and nobody knew what was read.
            with self._client(FILE_TIMEOUT) as http:
                return send(http)

        try:
            response = self._patiently(alone, UNSENT)
        except httpx2.TransportError as error:
            raise Trouble(
                f"the connection broke while {name} was being sent ({_words(error)}); `ringback imports` "
                "tells whether it was accepted; if it was not, send it again"
            ) from error
        return msgspec.json.decode(_accepted(response, f"{name}: "), type=Import)

    def apply(self, import_id: str) -> Import:
        """A second time the server would name the first's import."""
        return msgspec.json.decode(self.post(f"{of(import_id)}/apply"), type=Import)

    def undo_preview(self, import_id: str) -> UndoPreview:
        """Records are folded for it, which takes a while where they are many."""
        return msgspec.json.decode(b"".join(self.download(f"{of(import_id)}/undo")), type=UndoPreview)

    def retry(self, import_id: str, file: Path | None, dry_run: str) -> Import:
        """With the rows of `file`, or those of the import's own, as today's settings read them."""
        path = f"{of(import_id)}/retry"
        if file is not None:
            return self.upload(file, {"dry_run": dry_run}, path)
        form = {"dry_run": (None, dry_run)}
        return self._started(lambda http: http.post(path, files=form), import_id)

    def post(self, path: str, content: Any = None) -> bytes:
        """The body of a 2xx; tried again only where no connection came about. Raises Trouble."""
        return _accepted(self._asked(lambda: self._http.post(path, json=content), UNSENT))

    def put(self, path: str, content: Any) -> bytes:
        """As `post`."""
        return _accepted(self._asked(lambda: self._http.put(path, json=content), UNSENT))

    def delete(self, path: str) -> None:
        """Tried again only where no connection came about. Raises Trouble."""
        _accepted(self._asked(lambda: self._http.delete(path), UNSENT))

    def get(self, path: str, **query: Asked) -> bytes:
        """The body of a 2xx; a server that is away or answers 5xx is asked again. Raises Trouble."""
        return _accepted(self._asked(lambda: self._read(path, _said(query))))

    def settings(self) -> tuple[TenantSettings, str]:
        """With their version, for `change_settings`. Raises Trouble."""
        response = self._asked(lambda: self._read("/v1/settings", {}))
        return msgspec.json.decode(_accepted(response), type=TenantSettings), response.headers.get("etag", "*")

    def change_settings(self, settings: TenantSettings, version: str) -> TenantSettings:
        """Raises Trouble, also where somebody else has changed that version meanwhile."""
        content = msgspec.to_builtins(settings)
        headers = {"If-Match": version}
        response = self._asked(lambda: self._http.put("/v1/settings", json=content, headers=headers), UNSENT)
        return msgspec.json.decode(_accepted(response), type=TenantSettings)

    def download(self, path: str, **query: Asked) -> Iterator[bytes]:
        """A body as it comes, never all in memory; not tried again, since some of it may be written already."""
        try:
            with self._http.stream("GET", path, params=_said(query), timeout=FILE_TIMEOUT) as response:
                if not response.is_success:
                    response.read()
                    _accepted(response)
                yield from response.iter_bytes()
        except httpx2.TransportError as error:
            raise Trouble(f"no whole answer from {self.connection.url}: {_words(error)}") from error

    def find(self, import_id: str) -> Import:
        return msgspec.json.decode(self.get(of(import_id)), type=Import)

    def items(self, path: str, **query: Asked) -> Iterator[dict[str, Any]]:
        """Every item of a paged list, page by page as it is read."""
        cursor = ""
        while True:
            # Not by msgspec: a failed row's cell may hold half of a surrogate pair, which it refuses.
            page = json.loads(self.get(path, cursor=cursor, limit=PAGE, **query))
            yield from page["items"]
            cursor = page.get("next_cursor") or ""
            if not cursor:
                return

    def _read(self, path: str, query: dict[str, Asked]) -> httpx2.Response:
        response = self._http.get(path, params=query)
        if response.is_server_error:
            raise httpx2.ReadError(f"{response.status_code} {_problem(response)}")
        return response

    def _asked(self, send: Callable[[], httpx2.Response], again: Any = httpx2.TransportError) -> httpx2.Response:
        """Raises Trouble where no answer comes."""
        try:
            return self._patiently(send, again)
        except httpx2.TransportError as error:
            raise Trouble(f"no answer from {self.connection.url}: {_words(error)}") from error

    def _patiently(self, send: Callable[[], httpx2.Response], again: Any) -> httpx2.Response:
        """Raises the last error when `wait` is over."""
        deadline, pause = time.monotonic() + self.wait, FIRST_PAUSE
        while True:
            try:
                return send()
            except again as error:
                if time.monotonic() + pause > deadline:
                    raise
                if pause == FIRST_PAUSE:
                    self._say(f"{self.connection.url}: {_words(error)}; trying again for {self.wait:.0f} s")
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


def _said(query: dict[str, Asked]) -> dict[str, Asked]:
    """An empty one is not said at all."""
    return {name: value for name, value in query.items() if value}


def of(import_id: str) -> str:
    """The path of an import, whatever a person has typed as its id."""
    return f"/v1/imports/{quote(import_id, safe='')}"


def _accepted(response: httpx2.Response, about: str = "") -> bytes:
    if response.is_success:
        return response.content
    if response.is_redirect:
        raise Trouble(f"{response.url} answers with a redirect; set RINGBACK_URL to where it leads")
    raise Trouble(about + _problem(response))


def _problem(response: httpx2.Response) -> str:
    """The problem's own sentence, which names the file and the mending."""
    try:
        problem = msgspec.json.decode(response.content, type=Problem)
    except msgspec.DecodeError:
        problem = Problem()
    of_fields = [f"{'.'.join(map(str, each.where))}: {each.detail}" for each in problem.errors]
    said = problem.detail or "; ".join(of_fields) or problem.title
    return printable(said) or f"{response.url} answered {response.status_code}"


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
