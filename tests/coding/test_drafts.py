"""Drafts of the coding page: kept in the checkout, never outside it, and never over the draft of another tab."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clausula.coding.drafts import draft_path, read_draft, write_draft
from clausula.coding.page_api import MalformedRequest, PageApi
from clausula.core.findings import CouldNotRun
from tests.coding.practice import RAW, SOURCE, state

ROW: dict[str, Any] = {"table": "actors", "key": 1, "cells": {"name": "x"}}
DRAFT: dict[str, Any] = {"rows": [ROW], "shown": [], "next": 2, "saved": "[]"}


def api(root: Path, source: str = SOURCE) -> PageApi:
    return PageApi(root, source, "a", RAW)


def test_a_draft_is_kept_and_changes_no_table(fresh: Path) -> None:
    before, page = state(fresh), api(fresh)
    assert page.form()["draft"] == {"revision": "", "content": None, "findings": []}
    revision = page.draft({"revision": "", "content": DRAFT})["revision"]
    assert page.form()["draft"] == {"revision": revision, "content": DRAFT, "findings": []}
    assert RAW[:40] not in (fresh / draft_path(page.pass_id)).read_text(encoding="utf-8")
    with pytest.raises(CouldNotRun) as error:
        page.draft({"revision": "", "content": {**DRAFT, "next": 3}})
    assert error.value.finding.code == "draft-changed"
    assert page.form()["draft"]["content"] == DRAFT
    last = page.draft({"revision": revision, "content": None})["revision"]
    assert page.form()["draft"] == {"revision": last, "content": None, "findings": []}
    assert state(fresh) == before


@pytest.mark.parametrize(
    "content",
    [
        1,
        [],
        {},
        {**DRAFT, "next": "2"},
        {**DRAFT, "saved": 1},
        {**DRAFT, "rows": [{**ROW, "table": "sources"}]},
        {**DRAFT, "more": 1},
    ],
)
def test_malformed_drafts_are_rejected(fresh: Path, content: Any) -> None:
    with pytest.raises(MalformedRequest):
        api(fresh).draft({"revision": "", "content": content})
    with pytest.raises(MalformedRequest):
        api(fresh).draft({"revision": None, "content": DRAFT})
    assert not (fresh / ".clausula").exists()


@pytest.mark.parametrize(
    "held", [b"{", b"[" * 100_000, b"[]", b"\xff", json.dumps({"edition": "other", "content": DRAFT}).encode()]
)
def test_an_unreadable_draft_is_reported_and_kept(fresh: Path, held: bytes) -> None:
    page = api(fresh)
    path = fresh / draft_path(page.pass_id)
    path.parent.mkdir(parents=True)
    path.write_bytes(held)
    given = page.form()["draft"]
    assert given["content"] is None
    assert [one["code"] for one in given["findings"]] == ["unreadable-draft"]
    page.draft({"revision": given["revision"], "content": DRAFT})
    assert path.with_name(f"{path.name}.kept").read_bytes() == held
    assert page.form()["draft"]["content"] == DRAFT


@pytest.mark.parametrize("name", ["../../outside", "/tmp/outside", "a/b", "a\0b"])
def test_a_draft_cannot_leave_its_folder(fresh: Path, name: str) -> None:
    for act in (lambda: read_draft(fresh, name, ""), lambda: write_draft(fresh, name, "", DRAFT, "")):
        with pytest.raises(CouldNotRun) as error:
            act()
        assert error.value.finding.code == "unsafe-draft"
    assert not (fresh / ".clausula").exists()
    assert not (fresh.parent / "outside.json").exists()


@pytest.mark.parametrize("linked", ["folder", "file"])
def test_links_are_not_followed(fresh: Path, tmp_path: Path, linked: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    path = fresh / draft_path(f"{SOURCE}.a")
    if linked == "folder":
        (fresh / ".clausula").mkdir()
        path.parent.symlink_to(outside)
    else:
        (outside / "other.json").write_text("secret", encoding="utf-8")
        path.parent.mkdir(parents=True)
        path.symlink_to(outside / "other.json")
    with pytest.raises(CouldNotRun):
        api(fresh).draft({"revision": "", "content": DRAFT})
    assert [one.read_text(encoding="utf-8") for one in outside.iterdir()] in ([], ["secret"])
