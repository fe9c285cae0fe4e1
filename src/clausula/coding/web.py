"""The server of the coding page. It serves only this machine, and only requests with its token.

Every request must have the token as the first part of its path and must be addressed to the loopback address and port,
so that no other site can reach the page through a host name of its own. Requests that write must come from the page
itself. The server provides only the files of the page and the responses of `page_api`.
"""

from __future__ import annotations

import hmac
import json
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files
from threading import Lock
from typing import TYPE_CHECKING, Any

from clausula.coding.page_api import Desk, Malformed
from clausula.core.findings import CouldNotRun, Finding, shown

if TYPE_CHECKING:
    from flask import Flask, Request, Response

HOST = "127.0.0.1"

LARGEST = 16 << 20
"""The maximum size of a request in bytes."""

FILES = {
    "": ("index.html", "text/html; charset=utf-8"),
    "style.css": ("style.css", "text/css; charset=utf-8"),
    "icon.svg": ("icon.svg", "image/svg+xml"),
    **{
        f"{name}.js": (f"{name}.js", "text/javascript; charset=utf-8")
        for name in ("app", "dom", "fields", "messages", "rows", "store", "text")
    },
}
"""The files of the page and their types, by path."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass
class Served:
    """A page that is being served.

    Attributes
    ----------
    port : int
    token : str
    busy : Lock
        Held during an import, so that the server does not stop in the middle of it.
    """

    desk: Desk
    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    busy: Lock = field(default_factory=Lock)

    @property
    def origin(self) -> str:
        """Scheme, host and port of the page."""
        return f"http://{HOST}:{self.port}"

    @property
    def url(self) -> str:
        """The address of the page."""
        return f"{self.origin}/{self.token}/"

    def refusal(self, request: Request) -> str:
        """Return why a request is refused; empty if it is allowed."""
        headers = request.headers
        token = request.path.split("/")[1]
        if headers.getlist("Host") != [f"{HOST}:{self.port}"]:
            return "wrong address: use the one that the command printed"
        if not hmac.compare_digest(token.encode("utf-8"), self.token.encode("utf-8")):
            return "wrong token: use the address that the command printed"
        if headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            return "the request comes from another site"
        if request.method in ("GET", "HEAD"):
            return ""
        if headers.getlist("Origin") != [self.origin]:
            return "the request does not come from the page"
        if request.mimetype != "application/json":
            return "the request is not JSON"
        return ""


def make_app(served: Served) -> Flask:
    """Create the web application for a page.

    Raises
    ------
    CouldNotRun
        If flask is not installed.
    """
    try:
        import flask
        from werkzeug.exceptions import HTTPException
    except ImportError as error:
        what = f"the coding page needs {error.name}, which is not installed"
        raise CouldNotRun(Finding("not-installed", what, "Run `pip install 'clausula[coding]'`.")) from error

    app = flask.Flask("clausula", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST
    answers: dict[str, Callable[[Any], Any]] = {"submit": served.desk.submit, "uncovered": served.desk.uncovered}

    def plain(status: int, what: str) -> Response:
        return flask.Response(what + "\n", status, content_type="text/plain; charset=utf-8")

    def give(value: Any, status: int = 200) -> Response:
        return flask.Response(json.dumps(value), status, content_type="application/json")

    @app.before_request
    def guard() -> Response | None:
        why = served.refusal(flask.request)
        return plain(403, why) if why else None

    @app.after_request
    def guarded(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response

    @app.get("/<token>/")
    @app.get("/<token>/<name>")
    def part(token: str, name: str = "") -> Response:
        del token
        if name == "form":
            with served.busy:
                return give(served.desk.form())
        if name not in FILES:
            return plain(404, "not found")
        file, kind = FILES[name]
        return flask.Response((files("clausula.coding") / "page" / file).read_bytes(), content_type=kind)

    @app.post("/<token>/<name>")
    def ask(token: str, name: str) -> Response:
        del token
        if name not in answers:
            return plain(404, "not found")
        try:
            sent = json.loads(flask.request.get_data().decode("utf-8"))
        except (ValueError, RecursionError):
            return plain(400, "the request is not JSON")
        with served.busy:
            return give(answers[name](sent))

    @app.errorhandler(CouldNotRun)
    def could_not_run(error: CouldNotRun) -> Response:
        return give({"findings": [error.finding.as_dict()]}, 409)

    @app.errorhandler(Malformed)
    def malformed(error: Malformed) -> Response:
        return plain(400, str(error))

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        return plain(error.code or 500, error.name)

    @app.errorhandler(OSError)
    def unwritable(error: OSError) -> Response:
        hint = "Check the folder and the free disk space. Your input is still in the page."
        return give({"findings": [Finding("file-error", str(error), hint).as_dict()]}, 409)

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> Response:
        what = f"the server failed: {type(error).__name__}: {error}"
        hint = "Nothing was imported. Your input is still in the page. Please report this error."
        return give({"findings": [Finding("server-error", shown(what, 300), hint).as_dict()]}, 500)

    return app


def bind(port: int) -> socket.socket:
    """Open a socket on the loopback address; port 0 chooses a free port.

    Raises
    ------
    CouldNotRun
        If the port is not free.
    """
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((HOST, port))
        taken.listen(16)
    except (OSError, OverflowError) as error:
        taken.close()
        what = f"port {port} is not available: {error}"
        raise CouldNotRun(
            Finding("port-taken", what, "Pass another port with --port, or omit it to use a free one.")
        ) from error
    return taken


def serve(desk: Desk, port: int, ready: Callable[[str], None]) -> None:
    """Serve the page of a pass until it is interrupted.

    Parameters
    ----------
    desk : Desk
    port : int
        The port; 0 chooses a free one.
    ready : callable
        Called with the address as soon as the page can be opened.
    """
    desk.tables()
    with bind(port) as taken:
        served = Served(desk, taken.getsockname()[1])
        app = make_app(served)
        from werkzeug.serving import WSGIRequestHandler, make_server

        class Quiet(WSGIRequestHandler):
            """Logs nothing, because addresses contain the token."""

            server_version, sys_version = "clausula", ""

            def log(self, type: str, message: str, *args: Any) -> None:
                """Log nothing."""

        server = make_server(HOST, served.port, app, True, request_handler=Quiet, fd=taken.fileno())
        try:
            ready(served.url)
            server.serve_forever()
        except KeyboardInterrupt:
            pass
        finally:
            with served.busy:
                server.server_close()
