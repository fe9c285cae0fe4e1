"""Questions of a researcher, each one call and one line of pandas. The first of the five is in test_comparisons.py."""

from __future__ import annotations

import pandas as pd
import pytest

import clausula

DRAFT = "us-ru-draft-plan-2025"


def test_who_rejects_which_provision_by_country_and_whether_conditionally() -> None:
    found = clausula.adoption(DRAFT, country=True)
    of_the_draft = found[found["proposition_id"].isna()]  # not of a state of affairs that a provision brings about
    rejected = of_the_draft[of_the_draft["support"] < 0].groupby(["state", "provision_id"])["conditional"].any()

    # Ukraine's deputy ambassador to the United Nations: no recognition, no limits on the army, none on alliances.
    assert rejected.to_dict() == dict.fromkeys(
        (("Ukraine", f"{DRAFT}.{name}") for name in ("p02", "p04", "p06")), False
    )


def test_who_has_duties_without_deadline_or_monitor() -> None:
    found = clausula.duties()
    alone = found[~found["deadline"] & ~found["monitored"]].groupby("instrument_id")["provision_id"].nunique()

    every = found.groupby("instrument_id")["provision_id"].nunique()
    assert (alone[DRAFT], every[DRAFT]) == (12, 12)
    assert (alone["minsk-package-2015"], every["minsk-package-2015"]) == (14, 25)
    bearers = set(found.loc[found["instrument_id"] == DRAFT, "state"].dropna())
    assert bearers == {"Russia", "Ukraine", "United States"}


def test_how_the_monitoring_of_the_ceasefire_changed() -> None:
    found = clausula.monitoring(process=["donbas-settlement", "us-led-talks-2025"])
    who = found[found["topic_id"].str.startswith("ceasefire")].groupby("year")["actor_id"].agg(set)

    assert who.to_dict() == {
        2014: {"osce", "osce-monitoring-mission"},
        2015: {"osce"},
        2019: {"osce-monitoring-mission"},
        2020: {"minsk-sides", "tcg-coordinator", "trilateral-contact-group"},
    }, "none of the texts of 2025 names a monitor"


@pytest.mark.parametrize(("code", "germany"), [("iso3", "DEU"), ("cow_code", 255), ("gw_code", 260)])
def test_a_merge_with_a_frame_of_countries(code: str, germany: str | int) -> None:
    countries = pd.DataFrame({code: [germany], "population": [83.6]})
    found = clausula.positions(country=True).merge(countries, on=code)

    assert set(found["claimant"]) == {"Germany", "Johannes Wadephul"} & set(found["claimant"])
    assert set(found["state"]) == {"Germany"}
    assert len(found)


def test_frames_go_into_plots_and_models() -> None:
    """The real libraries read what the views return, without a conversion by the user."""
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    plt, seaborn = pytest.importorskip("matplotlib.pyplot"), pytest.importorskip("seaborn")
    models = pytest.importorskip("statsmodels.formula.api")
    for matrix in (clausula.wide(), clausula.wide("count"), clausula.stances("proposition")):
        figure, axes = plt.subplots(ncols=2)
        seaborn.heatmap(matrix, ax=axes[0])
        axes[1].imshow(matrix)
        figure.canvas.draw()
        plt.close(figure)
    found = clausula.duties()
    fit = models.ols("strength ~ year + deadline + monitored + conditional", data=found).fit()
    assert fit.nobs == found[["strength", "year"]].notna().all(axis=1).sum()
    assert fit.params.notna().all()
    stances = models.ols("stance ~ year + C(target_kind)", data=clausula.positions()).fit()
    assert stances.params.notna().all()
    figure, axis = plt.subplots()
    days = clausula.timeline().dropna(subset="day")
    axis.plot(days["day"], days["year"])
    figure.canvas.draw()
    plt.close(figure)
