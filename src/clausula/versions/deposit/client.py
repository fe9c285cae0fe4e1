"""HTTP client for the Records API: one session, a token that is never shown, and safe retries."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from clausula.core.findings import CouldNotRun

SANDBOX = "https://sandbox.zenodo.org/api"
PRODUCTION = "https://zenodo.org/api"
TOKEN = "CLAUSULA_ZENODO_TOKEN"
Mode = Literal["repeat", "once", "optional"]
TRIES = 5
LONGEST_WAIT = 120.0
"""In seconds. If the server asks for a longer wait, the client gives up."""

TIMEOUT = (10, 300)


def token() -> str:
    """Return the access token from the environment.

    Raises
    ------
    CouldNotRun
        If it is not set, or is not printable ASCII.
    """
    value = os.environ.get(TOKEN, "").strip()
    if not value or not value.isascii() or not value.isprintable():
        raise CouldNotRun.of("token", variable=TOKEN)
    return value


@dataclass
class Client:
    """A connection to one server.

    Attributes
    ----------
    api : str
        URL of the API, such as SANDBOX.
    secret : str
        The token. It never appears in representations, messages or URLs.
    wait : callable
        Function that waits for a number of seconds.
    """

    api: str
    secret: str = field(repr=False)
    wait: Callable[[float], None] = field(default=time.sleep, repr=False)
    session: Any = field(default=None, repr=False)

    def __post_init__(self) -> None:
        import requests

        parts = urlsplit(self.api)
        if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise CouldNotRun.of("address", api=self.api)
        self.api = self.api.rstrip("/")
        self.session = requests.Session()
        self.session.trust_env = False  # otherwise .netrc could replace the token
        self.session.headers.update({"Authorization": f"Bearer {self.secret}", "Accept": "application/json"})

    def call(self, method: str, path: str, json: Any = None, data: Any = None, mode: Mode = "repeat") -> Any:
        """Send a request and return the decoded response, or {} if it is empty.

        Parameters
        ----------
        data : callable, optional
            Opens the request body; called again for each attempt.
        mode : {"repeat", "once", "optional"}
            "repeat" retries after server errors and lost connections. "once" is for requests that create something
            that could not be found again: it retries only if the server did not process the request (429).
            "optional" is like "repeat", but returns None if the resource does not exist (404).

        Raises
        ------
        CouldNotRun
            With the server's message, if it rejects the request or cannot be reached.
        """
        import requests

        problem, once = "", mode == "once"
        for attempt in range(TRIES):
            try:
                response = self._send(method, path, json, data)
            except requests.RequestException as error:
                problem = f"the connection failed ({type(error).__name__})"
                if once:
                    break
                self.wait(min(2.0**attempt, LONGEST_WAIT))
                continue
            if response.status_code < 400:
                return response.json() if response.content else {}
            if response.status_code == 404 and mode == "optional":
                return None
            problem = self._error_text(response)
            busy = response.status_code == 429
            if not busy and (once or response.status_code < 500):
                break
            self.wait(self._seconds_to_wait(response, attempt))
        code = "server:failed-once" if once else "server:failed"
        raise CouldNotRun.of(code, method=method, path=path, problem=problem)

    def _send(self, method: str, path: str, json: Any, data: Any) -> Any:
        headers = {"Content-Type": "application/octet-stream"} if data is not None else {}
        with nullcontext() if data is None else data() as body:
            return self.session.request(
                method, self.api + path, json=json, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
            )

    def _error_text(self, response: Any) -> str:
        if response.status_code in (401, 403):
            raise CouldNotRun.of("token:rejected", status=response.status_code, variable=TOKEN)
        try:
            payload = response.json()
            errors = "; ".join(f"{e['field']}: {' '.join(e['messages'])}" for e in payload.get("errors", []))
            text = " ".join(filter(None, (str(payload.get("message", "")), errors)))
        except (ValueError, KeyError, TypeError, AttributeError):
            text = ""
        return f"status {response.status_code} {text}".replace(self.secret, "[token]").strip()[:500]

    def _seconds_to_wait(self, response: Any, attempt: int) -> float:
        retry_after = str(response.headers.get("Retry-After", ""))
        seconds = float(retry_after) if retry_after.isdigit() else 2.0**attempt
        if seconds > LONGEST_WAIT:
            raise CouldNotRun.of("server:wait", seconds=retry_after)
        return seconds
