"""A local server that implements the part of the Records API that a deposit uses, as documented.

It rejects what the API does not allow: a wrong or missing token (401), unknown resources (404), a body of a wrong type
(415) or without required fields (400), content for an unregistered file, a commit without content, registering a file
twice, publishing with pending files or missing metadata, and any change after publication (403). Single calls can be
made to fail: with a status and headers, a connection lost before or after the request is processed, corrupted bytes,
or an expired token.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

TOKEN = "secret-token-of-the-tests"
REQUIRED = {"resource_type", "title", "publication_date", "creators", "publisher"}


@dataclass
class Record:
    """A record: its metadata, files and DOI, and whether it is published."""

    body: dict[str, Any]
    parent: str
    published: bool = False
    doi: str = ""
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    content: dict[str, bytes] = field(default_factory=dict)


@dataclass
class Fault:
    """A failure of the n-th call of a method on matching paths, and of the calls after it up to `times`."""

    method: str
    path: str
    kind: str
    nth: int = 1
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1


@dataclass
class Zenodo:
    """The state of the server and the requests it received."""

    records: dict[str, Record] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    token: str = TOKEN
    address: str = ""
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)

    def fault(self, method: str, path: str) -> Fault | None:
        for fault in self.faults:
            if fault.method == method and re.fullmatch(fault.path, path):
                self.seen[fault.method, fault.path] += 1
                count = self.seen[fault.method, fault.path]
                return fault if fault.nth <= count < fault.nth + fault.times else None
        return None


class ErrorResponse(Exception):
    """An error to send as the response."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def _record_json(zenodo: Zenodo, number: str, record: Record) -> dict[str, Any]:
    return {
        "id": number,
        "is_published": record.published,
        "metadata": record.body.get("metadata", {}),
        "pids": {"doi": {"identifier": record.doi, "provider": "datacite"}} if record.doi else {},
        "parent": {"id": record.parent},
        "links": {"self_html": f"{zenodo.address}/records/{number}"},
    }


def _file_json(record: Record, key: str) -> dict[str, Any]:
    return {"key": key, **record.files[key]}


class Handler(BaseHTTPRequestHandler):
    """Handler of one request."""

    zenodo: Zenodo
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # send each response in one piece; in two, each would wait for an acknowledgement

    def log_message(self, *_: Any) -> None:
        """Log nothing."""

    def _respond(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        content = b"" if body is None else json.dumps(body).encode("utf-8")
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _handle(self) -> None:
        zenodo, method = self.zenodo, self.command
        path = self.path.removeprefix("/api")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "chunked" in (self.headers.get("Transfer-Encoding") or ""):
            body = self._chunks()
        zenodo.calls.append(f"{method} {path}")
        zenodo.bodies.append(body)
        fault = zenodo.fault(method, path)
        if fault and fault.kind == "status":
            self._respond(fault.status, {"message": "simulated fault"}, fault.headers)
            return
        if fault and fault.kind == "lost before":
            self.close_connection = True
            self.connection.close()
            return
        if fault and fault.kind == "expire":
            zenodo.token = "another"
        if fault and fault.kind == "corrupt bytes":
            body = body[:-1] + bytes([body[-1] ^ 1]) if body else b"x"
        try:
            if self.headers.get("Authorization") != f"Bearer {zenodo.token}":
                raise ErrorResponse(401, f"token {self.headers.get('Authorization')} is not valid")
            status, response = self._do(method, path, body)
        except ErrorResponse as error:
            self._respond(error.status, {"status": error.status, "message": str(error)})
            return
        if fault and fault.kind == "lost after":
            self.close_connection = True
            self.connection.close()
            return
        self._respond(status, response)

    def _chunks(self) -> bytes:
        parts = []
        while size := int(self.rfile.readline().strip(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    do_GET = do_POST = do_PUT = do_DELETE = _handle

    def _json(self, body: bytes) -> Any:
        if self.headers.get("Content-Type") != "application/json":
            raise ErrorResponse(415, "the body is not JSON")
        return json.loads(body)

    def _do(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        zenodo = self.zenodo
        if (method, path) == ("POST", "/records"):
            number = f"r{len(zenodo.records) + 1}"
            zenodo.records[number] = Record(self._metadata(body), number)
            return 201, _record_json(zenodo, number, zenodo.records[number])
        found = re.fullmatch(r"/records/([^/]+)(/.*)?", path)
        if found is None or found[1] not in zenodo.records:
            raise ErrorResponse(404, "no such record")
        number, rest, record = found[1], found[2] or "", zenodo.records[found[1]]
        if rest == "/versions" and method == "POST":
            return self._version(number, record)
        if rest == "" and method == "GET":
            if not record.published:
                raise ErrorResponse(404, "not published")
            return 200, _record_json(zenodo, number, record)
        if not rest.startswith("/draft"):
            raise ErrorResponse(404, "no such resource")
        if record.published:
            raise ErrorResponse(404 if method == "GET" else 403, "the record is published")
        return self._draft(method, number, record, rest.removeprefix("/draft"), body)

    def _metadata(self, body: bytes) -> dict[str, Any]:
        payload = self._json(body)
        if not isinstance(payload, dict) or "metadata" not in payload:
            raise ErrorResponse(400, "no metadata")
        return payload

    def _version(self, number: str, record: Record) -> tuple[int, Any]:
        if not record.published:
            raise ErrorResponse(404, "only a published record has versions")
        for known, other in self.zenodo.records.items():
            if other.parent == record.parent and not other.published:
                return 201, _record_json(self.zenodo, known, other)
        new = f"r{len(self.zenodo.records) + 1}"
        metadata = {k: v for k, v in record.body["metadata"].items() if k not in ("publication_date", "version")}
        self.zenodo.records[new] = Record({**record.body, "metadata": metadata}, record.parent)
        return 201, _record_json(self.zenodo, new, self.zenodo.records[new])

    def _draft(self, method: str, number: str, record: Record, rest: str, body: bytes) -> tuple[int, Any]:
        match method, rest:
            case "GET", "":
                return 200, _record_json(self.zenodo, number, record)
            case "PUT", "":
                record.body = self._metadata(body)
                return 200, _record_json(self.zenodo, number, record)
            case "POST", "/pids/doi":
                if record.doi:
                    raise ErrorResponse(400, "a DOI is already reserved")
                record.doi = f"10.5072/zenodo.{number}"
                return 201, _record_json(self.zenodo, number, record)
            case "POST", "/actions/publish":
                missing = REQUIRED - set(record.body["metadata"])
                if missing or not record.files or any(f["status"] != "completed" for f in record.files.values()):
                    raise ErrorResponse(400, f"not ready: {sorted(missing)}")
                record.published = True
                return 202, _record_json(self.zenodo, number, record)
            case "GET", "/files":
                return 200, {"enabled": True, "entries": [_file_json(record, key) for key in record.files]}
            case "POST", "/files":
                return self._register(record, self._json(body))
        found = re.fullmatch(r"/files/([^/]+)(/content|/commit)?", rest)
        if found is None:
            raise ErrorResponse(404, "no such resource")
        return self._file(method, record, unquote(found[1]), found[2] or "", body)

    def _register(self, record: Record, listed: Any) -> tuple[int, Any]:
        keys = [one["key"] for one in listed]
        if any(key in record.files for key in keys):
            raise ErrorResponse(400, "a file of that name exists")
        if len(record.files) + len(keys) > 100:
            raise ErrorResponse(400, "too many files")
        record.files.update({key: {"status": "pending"} for key in keys})
        return 201, {"entries": [_file_json(record, key) for key in keys]}

    def _file(self, method: str, record: Record, key: str, action: str, body: bytes) -> tuple[int, Any]:
        if key not in record.files:
            raise ErrorResponse(404, "no such file")
        file = record.files[key]
        match method, action:
            case "GET", "":
                return 200, _file_json(record, key)
            case "DELETE", "":
                del record.files[key]
                record.content.pop(key, None)
                return 204, None
            case "PUT", "/content":
                if self.headers.get("Content-Type") != "application/octet-stream":
                    raise ErrorResponse(415, "the content type must be application/octet-stream")
                if file["status"] == "completed":
                    raise ErrorResponse(400, "the file is committed")
                record.content[key] = body
                return 200, _file_json(record, key)
            case "POST", "/commit":
                if key not in record.content:
                    raise ErrorResponse(400, "no content")
                if file["status"] == "completed":
                    raise ErrorResponse(400, "the file is already committed")
                content = record.content[key]
                digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
                file.update(status="completed", checksum=f"md5:{digest}", size=len(content))
                return 200, _file_json(record, key)
        raise ErrorResponse(405, "not allowed")


@contextmanager
def serve() -> Iterator[Zenodo]:
    """Run the server on a free local port until the end of the block."""
    zenodo = Zenodo()
    handler = type("Bound", (Handler,), {"zenodo": zenodo})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    zenodo.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield zenodo
    finally:
        server.shutdown()
        server.server_close()
