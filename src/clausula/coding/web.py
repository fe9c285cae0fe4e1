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

from clausula.coding.page_api import MalformedRequest, PageApi
from clausula.core.findings import CouldNotRun, finding, shown
from clausula.core.requirements import needs

if TYPE_CHECKING:
    from flask import Flask, Request, Response

HOST = "127.0.0.1"

MAX_REQUEST_BYTES = 16 << 20
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
class PageServer:
    """The address, token and lock of a running page server.

    Attributes
    ----------
    port : int
    token : str
    lock : Lock
        Held during an import, so that the server does not stop in the middle of it.
    """

    api: PageApi
    port: int
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
    handlers: dict[str, Callable[[Any], Any]] = {
        "submit": page_server.api.submit,
        "uncovered": page_server.api.uncovered,
    }

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
        if name not in FILES:
            return text_response(404, "not found")
        file, kind = FILES[name]
        return flask.Response((files("clausula.coding") / "page" / file).read_bytes(), content_type=kind)

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


def serve(api: PageApi, port: int, ready: Callable[[str], None]) -> None:
    """Serve the page of a pass until it is interrupted.

    Parameters
    ----------
    api : PageApi
    port : int
        The port; 0 chooses a free one.
    ready : callable
        Called with the address as soon as the page can be opened.
    """
    api.tables()
    with bind(port) as listener:
        page_server = PageServer(api, listener.getsockname()[1])
        app = make_app(page_server)
        from werkzeug.serving import WSGIRequestHandler, make_server

        class SilentHandler(WSGIRequestHandler):
            """Logs nothing, because addresses contain the token."""

            server_version, sys_version = "clausula", ""

            def log(self, type: str, message: str, *args: Any) -> None:
                """Log nothing."""

        server = make_server(HOST, page_server.port, app, True, request_handler=SilentHandler, fd=listener.fileno())
        try:
            ready(page_server.url)
            server.serve_forever()
        except KeyboardInterrupt:
            pass
        finally:
            with page_server.lock:
                server.server_close()
