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
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from threading import Condition, Lock
from typing import TYPE_CHECKING, Any, Protocol

from clausula.coding.page_api import MalformedRequest
from clausula.core.findings import CouldNotRun, finding, shown
from clausula.core.requirements import needs

if TYPE_CHECKING:
    from flask import Flask, Request, Response

HOST = "127.0.0.1"

MAX_REQUEST_BYTES = 16 << 20
"""The maximum size of a request in bytes."""

LONGEST_WAIT = 5.0
"""How many seconds a server that stops waits for the answers that it is sending."""

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""The types of the files of a page by their suffix."""

PageFiles = dict[str, tuple[Traversable, str]]
"""The files of a page and their types, by path."""


def page_files(room: str) -> PageFiles:
    """Return the files in the folder `page` of a room."""
    found = {}
    for file in sorted((files(room) / "page").iterdir(), key=lambda one: one.name):
        if kind := TYPES.get(Path(file.name).suffix):
            found["" if file.name == "index.html" else file.name] = (file, kind)
    return found


FILES = page_files("clausula.coding")
"""The files of the coding page."""

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


class Api(Protocol):
    """The data behind a page, and the requests that it answers."""

    def form(self) -> dict[str, Any]:
        """Return everything that the page shows."""

    def handlers(self) -> dict[str, Callable[[Any], Any]]:
        """Return the functions that answer what the page sends, by path."""

    def tables(self) -> Any:
        """Read the tables, to report at once if they cannot be read."""


class Answers:
    """The answers that a server is sending, so that it can send them to their ends before it stops."""

    def __init__(self) -> None:
        self._number = 0
        self._changed = Condition()

    def _count(self, more: int) -> None:
        with self._changed:
            self._number += more
            self._changed.notify_all()

    def counted(self, application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
        """Return a WSGI application whose answers are counted until they have been sent."""
        from werkzeug.wsgi import ClosingIterator

        def answer(environ: Any, start_response: Any) -> Iterable[bytes]:
            self._count(1)
            try:
                return ClosingIterator(application(environ, start_response), lambda: self._count(-1))
            except BaseException:
                self._count(-1)
                raise

        return answer

    def wait(self, seconds: float = LONGEST_WAIT) -> bool:
        """Wait until every answer has been sent; return whether that was so in time."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._number, seconds)


@dataclass
class PageServer:
    """The address, token and lock of a running page server.

    Attributes
    ----------
    port : int
    token : str
    lock : Lock
        Held during an import, so that the server does not stop in the middle of it.
    """

    api: Api
    port: int
    files: PageFiles = field(default_factory=lambda: FILES)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    lock: Lock = field(default_factory=Lock)

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


def make_app(page_server: PageServer) -> Flask:
    """Create the web application for a page.

    Raises
    ------
    CouldNotRun
        If flask is not installed.
    """
    with needs("the coding page", "coding"):
        import flask
        from werkzeug.exceptions import HTTPException

    app = flask.Flask("clausula", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST_BYTES
    handlers = page_server.api.handlers()

    def text_response(status: int, what: str) -> Response:
        return flask.Response(what + "\n", status, content_type="text/plain; charset=utf-8")

    def json_response(value: Any, status: int = 200) -> Response:
        return flask.Response(json.dumps(value), status, content_type="application/json")

    @app.before_request
    def guard() -> Response | None:
        why = page_server.refusal(flask.request)
        return text_response(403, why) if why else None

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response

    @app.get("/<token>/")
    @app.get("/<token>/<name>")
    def get_file(token: str, name: str = "") -> Response:
        del token
        if name == "form":
            with page_server.lock:
                return json_response(page_server.api.form())
        if name not in page_server.files:
            return text_response(404, "not found")
        file, kind = page_server.files[name]
        return flask.Response(file.read_bytes(), content_type=kind)

    @app.post("/<token>/<name>")
    def handle_post(token: str, name: str) -> Response:
        del token
        if name not in handlers:
            return text_response(404, "not found")
        try:
            payload = json.loads(flask.request.get_data().decode("utf-8"))
        except (ValueError, RecursionError):
            return text_response(400, "the request is not JSON")
        with page_server.lock:
            return json_response(handlers[name](payload))

    @app.errorhandler(CouldNotRun)
    def could_not_run(error: CouldNotRun) -> Response:
        return json_response({"findings": [error.finding.as_dict()]}, 409)

    @app.errorhandler(MalformedRequest)
    def malformed(error: MalformedRequest) -> Response:
        return text_response(400, str(error))

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        return text_response(error.code or 500, error.name)

    @app.errorhandler(OSError)
    def unwritable(error: OSError) -> Response:
        return json_response({"findings": [finding("file-error", error=error).as_dict()]}, 409)

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> Response:
        what = shown(f"{type(error).__name__}: {error}", 300)
        return json_response({"findings": [finding("server-error", error=what).as_dict()]}, 500)

    return app


def bind(port: int) -> socket.socket:
    """Open a socket on the loopback address; port 0 chooses a free port.

    Raises
    ------
    CouldNotRun
        If the port is not free.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(16)
    except (OSError, OverflowError) as error:
        listener.close()
        raise CouldNotRun.of("port-taken", port=port, error=error) from error
    return listener


def serve(api: Api, port: int, ready: Callable[[str], None], shown_files: PageFiles | None = None) -> None:
    """Serve a page until it is interrupted.

    Parameters
    ----------
    api : Api
    port : int
        The port; 0 chooses a free one.
    ready : callable
        Called with the address as soon as the page can be opened.
    shown_files : dict, optional
        The files of the page; those of the coding page if not given.
    """
    api.tables()
    with bind(port) as listener:
        page_server = PageServer(api, listener.getsockname()[1], FILES if shown_files is None else shown_files)
        app = make_app(page_server)
        from werkzeug.serving import WSGIRequestHandler, make_server

        class SilentHandler(WSGIRequestHandler):
            """Logs nothing, because addresses contain the token."""

            server_version, sys_version = "clausula", ""

            def log(self, type: str, message: str, *args: Any) -> None:
                """Log nothing."""

        answers = Answers()
        app.wsgi_app = answers.counted(app.wsgi_app)  # type: ignore[method-assign]
        server = make_server(HOST, page_server.port, app, True, request_handler=SilentHandler, fd=listener.fileno())
        try:
            ready(page_server.url)
            server.serve_forever()
        except KeyboardInterrupt:
            pass
        finally:
            answers.wait()
            with page_server.lock:
                server.server_close()
