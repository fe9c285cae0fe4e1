"""Malicious cell content: pages show it as text, without markup, scripts, reversed direction or broken layout."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from clausula.core.package import MANIFEST, parquet_path
from clausula.site import SiteOptions, site
from clausula.site.names import safe_name
from clausula.site.run import LISTING

HOSTILE = (
    '<script>window.hit=1</script><img src=x onerror="window.hit=1"><a href="javascript:hit=1">x</a>'
    "</script></textarea></title><svg/onload=window.hit=1>{{ 7*7 }}{% raw %}&lt;b&gt; ]]> --> '\"`"
)
REVERSED = "\u202egnirts denrut\u202c \u2067right\u2069 \u200f end"
LONG = "Donaudampfschiff" * 400
WITHOUT_SCRIPT = ("validation.html", "changes.html", "sources.html")
BAD_ID = '../../x"><script>window.hit=1</script>'


def poison(root: Path, table: str, **cells: str) -> None:
    """Change cells in the first row of a built table and update the hash in the manifest."""
    path = root / parquet_path(table)
    frame = pd.read_parquet(path)
    for field, value in cells.items():
        column = frame[field].astype("object")
        column.iloc[0] = value
        frame[field] = column
    frame.to_parquet(path)
    manifest = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
    manifest["tables"][table]["parquet"]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (root / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


@pytest.fixture(scope="module")
def folder(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    tmp_path = tmp_path_factory.mktemp("poisoned")
    mini = Path(shutil.copytree(built, tmp_path / "package"))
    poison(mini, "provisions", summary=HOSTILE, note=REVERSED, place=LONG, condition=HOSTILE)
    poison(mini, "instruments", title=HOSTILE, version=REVERSED, note=LONG)
    poison(mini, "actors", name=HOSTILE, note=HOSTILE)
    poison(mini, "sources", title=LONG, locator=HOSTILE, note=REVERSED)
    poison(mini, "topics", label=HOSTILE, definition=LONG)
    poison(mini, "reactions", summary=HOSTILE)
    poison(mini, "reaction_targets", condition=HOSTILE)
    poison(mini, "disputes", others_say=HOSTILE, reported_by=LONG)
    poison(mini, "events", summary=HOSTILE)
    poison(mini, "agreement", variable=HOSTILE)
    poison(mini, "coding_passes", note=HOSTILE)
    poison(mini, "processes", title=HOSTILE, summary=HOSTILE)
    poison(mini, "actors", actor_id=BAD_ID)
    page = mini / "docs" / "codebook" / "stance.md"
    page.write_text(f"# Stance\n\n{HOSTILE}\n\n[x](javascript:window.hit=1) [y](data:text/html,x)\n", encoding="utf-8")
    metadata = json.loads((mini / "schemas" / "package.json").read_text(encoding="utf-8"))
    metadata |= {"title": HOSTILE, "description": HOSTILE}
    (mini / "schemas" / "package.json").write_text(json.dumps(metadata), encoding="utf-8")
    out = tmp_path / "site"
    site(mini, out, SiteOptions(layers=()))
    return out


@pytest.mark.exhaustive
def test_cells_are_shown_as_text(folder: Path, tab: Any) -> None:
    tab.set_viewport_size({"width": 320, "height": 640})
    for file in sorted(folder.rglob("*.html")):
        tab.goto(file.as_uri())
        if "assets/shared.js" in file.read_text(encoding="utf-8"):
            tab.wait_for_selector("html[data-ready=yes]")
        assert tab.evaluate("window.hit") is None, file
        assert tab.locator("img, iframe, object, main script, [onload], [onerror]").count() == 0, file
        assert tab.locator("a[href^='javascript:'], a[href^='data:']").count() == 0, file
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320, file
        assert "49" not in tab.title()
    tab.goto((folder / "tables" / "provisions.html").as_uri())
    tab.wait_for_selector("html[data-ready=yes]")
    cells = tab.locator("#rows tbody tr").first.locator("td").all_text_contents()
    assert HOSTILE in cells and REVERSED in cells and LONG in cells
    assert tab.evaluate("getComputedStyle(document.querySelector('#rows td')).unicodeBidi") == "isolate"
    tab.goto((folder / "index.html").as_uri())
    assert tab.inner_text("h1") == HOSTILE


@pytest.mark.exhaustive
def test_every_page_has_an_effective_security_policy(folder: Path, chromium: Any) -> None:
    for file in folder.rglob("*.html"):
        head = file.read_text(encoding="utf-8").split("<body")[0]
        assert head.index("Content-Security-Policy") < head.index("<title>"), file
        assert "default-src 'none'" in head
        scripts = re.findall(r"<script [^>]*src=", head)  # the hostile title is text, although it looks like a script
        assert head.count("script-src 'self' file:") == bool(scripts), file
        assert not (str(file.relative_to(folder)) in WITHOUT_SCRIPT and scripts), file
    page = chromium.new_context().new_page()
    page.goto((folder / "index.html").as_uri())
    page.evaluate("const s = document.createElement('script'); s.textContent = 'window.hit=1'; document.body.append(s)")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<b onclick=\"window.hit=1\" id=trap>x</b>')")
    page.locator("#trap").dispatch_event("click")
    assert page.evaluate("window.hit") is None
    page.context.close()


@pytest.mark.exhaustive
def test_file_names_contain_only_safe_characters(folder: Path) -> None:
    files = [str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()]
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789-_./")
    assert [name for name in files if not set(name) - set("NOTICE") <= allowed] == []
    assert f"id={safe_name(BAD_ID)}" in (folder / "actors.html").read_text(encoding="utf-8")
    assert not (folder.parent.parent / "x.html").exists()
    folders = json.loads((folder / LISTING).read_text(encoding="utf-8"))["files"]
    listed = [f"{name}/{file}".removeprefix("/") for name, listed in folders.items() for file in listed]
    assert sorted([*listed, LISTING]) == sorted(files)


@pytest.mark.parametrize(
    "unsafe_id", ["", ".", "..", "a/b", "A", "con", "nul.txt", "a b", "é", "x" * 200, "a\0", "-a", "a\n"]
)
def test_unsafe_ids_become_distinct_hashed_names(unsafe_id: str) -> None:
    name = safe_name(unsafe_id)
    assert name.startswith("x-") and len(name) == 22
    assert safe_name(unsafe_id) != safe_name(unsafe_id + "!")
    assert safe_name("minsk-package-2015.p02") == "minsk-package-2015.p02"
