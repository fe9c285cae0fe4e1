"""Topics that were added to the codebook after a text was searched."""

from __future__ import annotations

import json
from pathlib import Path

from tests.command import clausula
from tests.poisoned.tables import Tables

SEA = {"topic_id": "sea", "parent_topic_id": "river", "label": "Sea", "definition": "The sea.", "leaf": "true"}
SOURCE = "river-accord-2031"


def add_topic(root: Path, since: str = "0.10.0", **more: str) -> None:
    Tables(root).apply([{"table": "topics", "add": SEA | {"since": since} | more}])


def pending(root: Path, *args: str) -> str:
    run = clausula("code", "pending", *args, "--package", str(root))
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


def test_nothing_is_pending_if_every_text_was_searched_for_every_topic(mini: Path) -> None:
    assert pending(mini) == "nothing is pending: every complete text was searched for all topics\n"
    assert f"every complete text of {SOURCE} was" in pending(mini, SOURCE)
    assert json.loads(pending(mini, "--json")) == {"source": None, "pending": []}


def test_a_new_topic_is_pending_for_complete_texts(mini: Path) -> None:
    add_topic(mini)
    assert pending(mini).splitlines() == [
        "river-accord-2031 (coded with codebook 0.1.0)",
        "  sea (since 0.10.0)",
        "1 topic pending in 1 instrument",
        "next: search the texts, and code a provision or an absence for each topic",
    ]
    assert json.loads(pending(mini, SOURCE, "--json")) == {
        "source": SOURCE,
        "pending": [
            {
                "instrument_id": "river-accord-2031",
                "source_id": SOURCE,
                "topic_id": "sea",
                "since": "0.10.0",
                "searched": "0.1.0",
            }
        ],
    }
    assert pending(mini, "delta-report-2032").startswith("nothing is pending: every complete text of delta-report-2032")
    assert clausula("build", "--package", str(mini)).returncode == 0
    assert clausula("validate", "--fast", "--package", str(mini)).returncode == 0


def test_a_topic_that_is_not_a_leaf_is_never_pending(mini: Path) -> None:
    add_topic(mini, leaf="false")
    assert pending(mini).startswith("nothing is pending")


def test_an_absence_a_provision_or_a_secondary_topic_settles_a_topic(mini: Path) -> None:
    add_topic(mini)
    found = {"instrument_id": SOURCE, "source_id": SOURCE, "topic_id": "sea", "codebook_version": "0.10.0"}
    for table, row in (
        ("absences", found),
        ("provision_topics", {"provision_id": f"{SOURCE}.p07", "topic_id": "sea"}),
        ("provisions", {"provision_id": f"{SOURCE}.p08", "instrument_id": SOURCE, "topic_id": "sea"}),
    ):
        clean = (mini / "data" / f"{table}.csv").read_bytes()
        assert "sea" in pending(mini)
        Tables(mini).apply([{"table": table, "add": row}])
        assert pending(mini).startswith("nothing is pending"), table
        (mini / "data" / f"{table}.csv").write_bytes(clean)


def test_a_topic_of_another_instrument_stays_pending(mini: Path) -> None:
    add_topic(mini)
    Tables(mini).apply(
        [{"table": "provision_topics", "add": {"provision_id": "delta-draft-2032.p01", "topic_id": "sea"}}]
    )
    assert "1 topic pending" in pending(mini)


def test_an_unknown_source_is_reported(mini: Path) -> None:
    run = clausula("code", "pending", "nowhere", "--package", str(mini))
    assert (run.returncode, run.stdout) == (2, "")
    assert "the source 'nowhere' is not registered" in run.stderr
