"""A server on loopback that holds the part of the Records API that a deposit uses to its documented contract.

It refuses what the contract does not allow: a wrong or missing token (401), unknown things (404), a body of another
type or without what is required (400), content for a file that was not announced, a commit without content, a second
announcement of one file, publication with pending files or missing metadata, and any change after publication (403).
Faults can be laid on single calls: a status with headers, a connection that is cut before or after the work is done,
bytes that arrive changed, a token that expires.
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
    """One record: its metadata, its files, its DOI, and whether it is public."""

    body: dict[str, Any]
    parent: str
    published: bool = False
    doi: str = ""
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    content: dict[str, bytes] = field(default_factory=dict)


@dataclass
class Fault:
    """A fault on the n-th call of a method on paths that match."""

    method: str
    path: str
    kind: str
    nth: int = 1
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1


@dataclass
class Zenodo:
    """The state of the server and what was asked of it."""

    records: dict[str, Record] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    token: str = TOKEN
    address: str = ""
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)

    def fault(self, method: str, path: str) -> Fault | None:
        for one in self.faults:
            if one.method == method and re.fullmatch(one.path, path):
                self.seen[one.method, one.path] += 1
                count = self.seen[one.method, one.path]
                return one if one.nth <= count < one.nth + one.times else None
        return None


class Refused(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def _shown(zenodo: Zenodo, number: str, record: Record) -> dict[str, Any]:
    return {
        "id": number,
        "is_published": record.published,
        "metadata": record.body.get("metadata", {}),
        "pids": {"doi": {"identifier": record.doi, "provider": "datacite"}} if record.doi else {},
        "parent": {"id": record.parent},
        "links": {"self_html": f"{zenodo.address}/records/{number}"},
    }


def _entry(record: Record, key: str) -> dict[str, Any]:
    return {"key": key, **record.files[key]}


class Handler(BaseHTTPRequestHandler):
    """One request."""

    zenodo: Zenodo
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer in one piece: in two, each waits for an acknowledgement

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
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
            self._answer(fault.status, {"message": "a fault was laid here"}, fault.headers)
            return
        if fault and fault.kind == "cut before":
            self.close_connection = True
            self.connection.close()
            return
        if fault and fault.kind == "expire":
            zenodo.token = "another"
        if fault and fault.kind == "change bytes":
            body = body[:-1] + bytes([body[-1] ^ 1]) if body else b"x"
        try:
            if self.headers.get("Authorization") != f"Bearer {zenodo.token}":
                raise Refused(401, f"token {self.headers.get('Authorization')} is not valid")
            status, answer = self._do(method, path, body)
        except Refused as error:
            self._answer(error.status, {"status": error.status, "message": str(error)})
            return
        if fault and fault.kind == "cut after":
            self.close_connection = True
            self.connection.close()
            return
        self._answer(status, answer)

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
            raise Refused(415, "the body is not JSON")
        return json.loads(body)

    def _do(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        zenodo = self.zenodo
        if (method, path) == ("POST", "/records"):
            number = f"r{len(zenodo.records) + 1}"
            zenodo.records[number] = Record(self._metadata(body), number)
            return 201, _shown(zenodo, number, zenodo.records[number])
        found = re.fullmatch(r"/records/([^/]+)(/.*)?", path)
        if found is None or found[1] not in zenodo.records:
            raise Refused(404, "no such record")
        number, rest, record = found[1], found[2] or "", zenodo.records[found[1]]
        if rest == "/versions" and method == "POST":
            return self._version(number, record)
        if rest == "" and method == "GET":
            if not record.published:
                raise Refused(404, "not published")
            return 200, _shown(zenodo, number, record)
        if not rest.startswith("/draft"):
            raise Refused(404, "no such place")
        if record.published:
            raise Refused(404 if method == "GET" else 403, "the record is published")
        return self._draft(method, number, record, rest.removeprefix("/draft"), body)

    def _metadata(self, body: bytes) -> dict[str, Any]:
        told = self._json(body)
        if not isinstance(told, dict) or "metadata" not in told:
            raise Refused(400, "no metadata")
        return told

    def _version(self, number: str, record: Record) -> tuple[int, Any]:
        if not record.published:
            raise Refused(404, "only a published record has versions")
        for known, other in self.zenodo.records.items():
            if other.parent == record.parent and not other.published:
                return 201, _shown(self.zenodo, known, other)
        new = f"r{len(self.zenodo.records) + 1}"
        metadata = {k: v for k, v in record.body["metadata"].items() if k not in ("publication_date", "version")}
        self.zenodo.records[new] = Record({**record.body, "metadata": metadata}, record.parent)
        return 201, _shown(self.zenodo, new, self.zenodo.records[new])

    def _draft(self, method: str, number: str, record: Record, rest: str, body: bytes) -> tuple[int, Any]:
        match method, rest:
            case "GET", "":
                return 200, _shown(self.zenodo, number, record)
            case "PUT", "":
                record.body = self._metadata(body)
                return 200, _shown(self.zenodo, number, record)
            case "POST", "/pids/doi":
                if record.doi:
                    raise Refused(400, "a DOI is reserved already")
                record.doi = f"10.5072/zenodo.{number}"
                return 201, _shown(self.zenodo, number, record)
            case "POST", "/actions/publish":
                missing = REQUIRED - set(record.body["metadata"])
                if missing or not record.files or any(f["status"] != "completed" for f in record.files.values()):
                    raise Refused(400, f"not ready: {sorted(missing)}")
                record.published = True
                return 202, _shown(self.zenodo, number, record)
            case "GET", "/files":
                return 200, {"enabled": True, "entries": [_entry(record, key) for key in record.files]}
            case "POST", "/files":
                return self._announce(record, self._json(body))
        found = re.fullmatch(r"/files/([^/]+)(/content|/commit)?", rest)
        if found is None:
            raise Refused(404, "no such place")
        return self._file(method, record, unquote(found[1]), found[2] or "", body)

    def _announce(self, record: Record, listed: Any) -> tuple[int, Any]:
        keys = [one["key"] for one in listed]
        if any(key in record.files for key in keys):
            raise Refused(400, "a file of that name exists")
        if len(record.files) + len(keys) > 100:
            raise Refused(400, "too many files")
        record.files.update({key: {"status": "pending"} for key in keys})
        return 201, {"entries": [_entry(record, key) for key in keys]}

    def _file(self, method: str, record: Record, key: str, action: str, body: bytes) -> tuple[int, Any]:
        if key not in record.files:
            raise Refused(404, "no such file")
        file = record.files[key]
        match method, action:
            case "GET", "":
                return 200, _entry(record, key)
            case "DELETE", "":
                del record.files[key]
                record.content.pop(key, None)
                return 204, None
            case "PUT", "/content":
                if self.headers.get("Content-Type") != "application/octet-stream":
                    raise Refused(415, "content is an octet stream")
                if file["status"] == "completed":
                    raise Refused(400, "the file is committed")
                record.content[key] = body
                return 200, _entry(record, key)
            case "POST", "/commit":
                if key not in record.content:
                    raise Refused(400, "no content")
                if file["status"] == "completed":
                    raise Refused(400, "committed already")
                content = record.content[key]
                digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
                file.update(status="completed", checksum=f"md5:{digest}", size=len(content))
                return 200, _entry(record, key)
        raise Refused(405, "not allowed")


@contextmanager
def serve() -> Iterator[Zenodo]:
    """The server, on a free port of loopback, until the end of the block."""
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
