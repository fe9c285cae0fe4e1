"""HTTP to the Records API: one session, a token that is never shown, retries that cannot do anything twice."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from clausula.core.findings import CouldNotRun, Finding

SANDBOX = "https://sandbox.zenodo.org/api"
PRODUCTION = "https://zenodo.org/api"
TOKEN = "CLAUSULA_ZENODO_TOKEN"
Mode = Literal["repeat", "once", "look"]
TRIES = 5
LONGEST_WAIT = 120.0
"""Seconds; a server that asks for more is left alone."""

TIMEOUT = (10, 300)


def refused(code: str, message: str, hint: str) -> CouldNotRun:
    """The error by which a deposit stops; its state is kept, and the same command goes on from there."""
    return CouldNotRun(Finding(code, message, hint))


def token() -> str:
    """The access token, from the environment.

    Raises
    ------
    CouldNotRun
        If there is none, or it could not be a header.
    """
    value = os.environ.get(TOKEN, "").strip()
    if not value or not value.isascii() or not value.isprintable():
        raise refused("token", f"{TOKEN} is not set to a token", "Make one in your Zenodo settings and export it.")
    return value


@dataclass
class Client:
    """A connection to one server.

    Attributes
    ----------
    api : str
        Address of the API, such as SANDBOX.
    secret : str
        The token; kept out of representations, messages and addresses.
    wait : callable
        How to wait for some seconds.
    """

    api: str
    secret: str = field(repr=False)
    wait: Callable[[float], None] = field(default=time.sleep, repr=False)
    session: Any = field(default=None, repr=False)

    def __post_init__(self) -> None:
        import requests

        parts = urlsplit(self.api)
        if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise refused("address", f"{self.api} is not https", "A token is sent over https only.")
        self.api = self.api.rstrip("/")
        self.session = requests.Session()
        self.session.trust_env = False  # no .netrc that replaces the token
        self.session.headers.update({"Authorization": f"Bearer {self.secret}", "Accept": "application/json"})

    def call(self, method: str, path: str, json: Any = None, data: Any = None, mode: Mode = "repeat") -> Any:
        """One request; the decoded answer, {} where there is none.

        Parameters
        ----------
        data : callable, optional
            Opens the body anew for each try.
        mode : {"repeat", "once", "look"}
            once: the request makes something that cannot be found again, so it is sent again only if the server says
            that it was not processed (429). look: what is not there (404) gives None.

        Raises
        ------
        CouldNotRun
            With what the server said, if it refuses or stays unreachable.
        """
        import requests

        problem, once = "", mode == "once"
        for attempt in range(TRIES):
            try:
                answer = self._send(method, path, json, data)
            except requests.RequestException as error:
                problem = f"the connection failed ({type(error).__name__})"
                if once:
                    break
                self.wait(min(2.0**attempt, LONGEST_WAIT))
                continue
            if answer.status_code < 400:
                return answer.json() if answer.content else {}
            if answer.status_code == 404 and mode == "look":
                return None
            problem = self._problem(answer)
            busy = answer.status_code == 429
            if not busy and (once or answer.status_code < 500):
                break
            self.wait(self._delay(answer, attempt))
        if once:
            hint = "Look at your uploads on the server before you try again: a draft may have been made."
        else:
            hint = "Nothing is lost; run the same command again to go on."
        raise refused("server", f"{method} {path}: {problem}", hint)

    def _send(self, method: str, path: str, json: Any, data: Any) -> Any:
        headers = {"Content-Type": "application/octet-stream"} if data is not None else {}
        body = data() if data is not None else None
        try:
            return self.session.request(
                method,
                self.api + path,
                json=json,
                data=body,
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        finally:
            if body is not None:
                body.close()

    def _problem(self, answer: Any) -> str:
        if answer.status_code in (401, 403):
            raise refused(
                "token",
                f"the server refuses the token ({answer.status_code})",
                f"Check that {TOKEN} holds a valid token with the scope deposit:write, and run the command again.",
            )
        try:
            said = answer.json()
            errors = "; ".join(f"{e['field']}: {' '.join(e['messages'])}" for e in said.get("errors", []))
            text = " ".join(filter(None, (str(said.get("message", "")), errors)))
        except (ValueError, KeyError, TypeError, AttributeError):
            text = ""
        return f"status {answer.status_code} {text}".replace(self.secret, "[token]").strip()[:500]

    def _delay(self, answer: Any, attempt: int) -> float:
        asked = str(answer.headers.get("Retry-After", ""))
        seconds = float(asked) if asked.isdigit() else 2.0**attempt
        if seconds > LONGEST_WAIT:
            raise refused(
                "server", f"the server asks to wait {asked} seconds", "Run the same command again after that."
            )
        return seconds
