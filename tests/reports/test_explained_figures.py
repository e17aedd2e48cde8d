"""The figures of an explanation hold what the frames say, in both languages."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import vl_convert

from leadline.features.catalogue import declared
from leadline.reports.explained import dependence_figure, importance_figure, waterfall_figure
from leadline.reports.voice import Voice

STEPS = pd.DataFrame(
    {
        "step": ["start", "family", "family", "others", "end"],
        "family": [None, "recency", "voice", None, None],
        "column": [None, "silent", "nps", None, None],
        "value": [np.nan, 40, 3, np.nan, np.nan],
        "contribution": [-2.0, 1.5, 0.5, -0.25, np.nan],
        "log_odds": [-2.0, -0.5, 0.0, -0.25, -0.25],
        "chance": [0.119, 0.378, 0.5, 0.438, 0.438],
    }
)
IMPORTANCE = pd.DataFrame(
    {
        "kind": ["family", "family", "column"],
        "name": ["recency", "key users", "silent_28"],
        "mean_abs": [0.5, 0.25, 0.5],
        "direction": [1, -1, 1],
    }
)
DEPENDENCE = pd.DataFrame(
    {"value": [1, 2, np.nan], "contribution": [0.1, 0.2, 0], "middle": [1, 2, np.nan], "trend": [0.1, 0.2, 0]}
)


def test_every_declared_family_and_level_has_a_word() -> None:
    say = Voice("zh", "CNY")
    assert not [i.family for i in declared() if say.code("family", i.family) == i.family]
    assert not [i.level for i in declared() if say.code("level", i.level) == i.level]


def said(name: str) -> SimpleNamespace:
    return SimpleNamespace(name=name, alone=lambda value, language: f"{name} {value:g} {language}")


COLUMNS = (said("silent"), said("nps"))


def svg(chart: object) -> str:
    return str(vl_convert.vegalite_to_svg(chart.to_dict(), allowed_base_urls=[]))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_waterfall_names_families_values_and_chances(language: str) -> None:
    text = svg(waterfall_figure(STEPS, "<b>Ann & Co", COLUMNS, Voice(language, "USD")))
    for word in (
        {"en": "recency", "zh": "最近使用"}[language],
        f"silent 40 {language}",
        f"nps 3 {language}",
        "12%",
        "38%",
        "50%",
        "44%",
    ):
        assert word in text
    assert "&lt;b&gt;Ann &amp; Co" in text
    assert ("where every account starts" in text) == (language == "en")


def test_bars_start_where_the_step_before_ended() -> None:
    data = waterfall_figure(STEPS, "a", COLUMNS, Voice("en", "USD")).to_dict()["datasets"]
    rows = next(iter(data.values()))
    assert [(row["low"], row["high"]) for row in rows] == [(-2, -2), (-2, -0.5), (-0.5, 0), (0, -0.25), (-0.25, -0.25)]
    assert [row["way"] for row in rows] == [
        "in all", "adds to the risk", "adds to the risk", "takes from the risk", "in all",
    ]  # fmt: skip


def test_the_global_figure_shows_one_kind() -> None:
    text = svg(importance_figure(IMPORTANCE, "family", Voice("en", "USD")))
    assert "key users" in text
    assert "silent" not in text
    assert "higher goes with higher risk" in text


def test_dependence_leaves_out_accounts_without_a_value() -> None:
    chart = dependence_figure(DEPENDENCE, said("silent_28"), Voice("zh", "CNY"))
    assert "silent 28的取值与其贡献" in svg(chart)
    assert all(row["value"] is not None for rows in chart.to_dict()["datasets"].values() for row in rows)
