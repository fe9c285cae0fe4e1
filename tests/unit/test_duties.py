"""Duties, monitoring and the timeline of made-up rows."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import clausula
from clausula.analysis.dataset import Dataset
from tests.conftest import ROOT

DATA = Dataset(ROOT)


def test_there_is_one_row_for_each_duty_and_bearer() -> None:
    found = DATA.duties()
    assert set(found["modality"]) == {"obligation", "prohibition"}
    assert not found.duplicated(["provision_id", "actor_id"]).any()
    coded = DATA.load("provisions")
    assert set(found["provision_id"]) == set(
        coded.loc[coded["modality"].isin(["obligation", "prohibition"]), "provision_id"]
    )
    parts = DATA.load("provision_actors").query("role == 'obligor'")
    assert len(found) == parts["provision_id"].isin(found["provision_id"]).sum()
    assert found["strength"].dtype == found["year"].dtype == "float64"
    assert found[["conditional", "deadline", "monitored"]].dtypes.eq("bool").all()


def test_a_duty_is_monitored_by_enforcement_or_by_an_actor() -> None:
    found = DATA.duties().drop_duplicates("provision_id").set_index("provision_id")
    assert found.loc["us-ua-security-agreement-2024.p25", ["enforcement", "monitored"]].tolist() == ["oversight", True]
    assert pd.isna(found.loc["us-ua-security-agreement-2024.p25", "monitors"])
    own = found.loc["minsk-protocol-2014.p02", ["enforcement", "monitors", "monitored"]].tolist()
    assert own == ["none", "osce", True], "a provision on monitoring, whose monitor is a part"
    assert found.loc["us-ru-draft-plan-2025.p11", ["enforcement", "monitored"]].tolist() == ["consequence", False]
    several = found.loc["kuala-lumpur-declaration-2025.p10", "monitors"]
    assert several == "asean-observer-team; interim-observer-team"
    names = DATA.duties(labels=True).set_index("provision_id")["monitors"]
    assert names["kuala-lumpur-declaration-2025.p10"].iloc[0] == "ASEAN Observer Team; Interim Observer Team"


def test_a_duty_that_nobody_has_is_a_row_of_its_own(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = Dataset(built)
    loaded = data.load

    def without_bearers(table: str, labels: bool = False) -> pd.DataFrame:
        frame = loaded(table, labels)
        return frame[frame["role"] != "obligor"].reset_index(drop=True) if table == "provision_actors" else frame

    monkeypatch.setattr(data, "load", without_bearers)
    found = data.duties()
    assert len(found) == found["provision_id"].nunique() > 0
    assert found[["actor_id", "actor", "state_id"]].isna().all(axis=None)


def test_monitoring_knows_who_monitors_and_who_has_access() -> None:
    found = clausula.monitoring().set_index("provision_id")
    assert (found["kind"] == "mandate").sum() == 8
    own = found.loc["paris-conclusions-2019.p07", ["kind", "topic_id", "actor_id", "role"]].tolist()
    assert own == ["mandate", "ceasefire-monitoring", "osce-monitoring-mission", "beneficiary"]
    second = found.loc["tcg-ceasefire-measures-2020.p13", ["kind", "topic_id"]].tolist()
    assert second == ["mandate", "ceasefire-monitoring"], "by its secondary topic"
    assert set(found.loc[found["kind"] == "monitored", "role"].dropna()) == {"monitor"}
    assert found["year"].is_monotonic_increasing


def test_the_timeline_has_every_record_once_in_order() -> None:
    found = clausula.timeline()
    assert not found["record_id"].duplicated().any()
    sizes = [len(clausula.load(table)) for table in ("instruments", "events", "reactions")]
    assert found["kind"].value_counts(sort=False).tolist() == sizes
    assert found["day"].dropna().is_monotonic_increasing
    assert found["day"].isna().sum() == found["date_from"].isna().mul(found["date_to"].isna()).sum()
    one = found.set_index("record_id").loc["minsk-protocol-2014"]
    assert one[["kind", "detail", "date_precision", "year"]].tolist() == ["instrument", "protocol", "day", 2014.0]
