"""The hazard: what it learns, when it keeps to the calendar, and that it is kept as it was."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hazard_tables import monthly
from model_tables import COLUMNS

from leadline.models.baseline_hazard import BaselineHazard, fit_baseline_hazard
from leadline.models.hazard import Hazard, behaviour_speaks, load_hazard
from leadline.models.hazard_fit import fit_hazard
from leadline.models.hazard_level import LEVEL_QUARTERS, LEVEL_SD, a_quarter_apart, level
from leadline.problem import Problem


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return monthly(150, 8, seed=1)


@pytest.fixture(scope="module")
def fitted(rows: pd.DataFrame) -> Hazard:
    return fit_hazard(rows, COLUMNS, few=50, seed=7)


def test_the_calendar_s_chance_is_that_of_each_term_length_and_of_none() -> None:
    ends = [(1, 1), (1, 12), (0, 0), (2, 1)]
    frame = pd.DataFrame(ends * 1000, columns=["term_ends", "term_months"]).assign(period=2)
    left = np.zeros(len(frame))
    left[0:400:4] = 1  # 100 of 3000 monthly term ends
    left[1:1200:4] = 1  # 300 of 1000 yearly ones
    found = fit_baseline_hazard(frame, left)
    assert found.rates["1 months"] == pytest.approx(100 / 3000, abs=0.002)
    assert found.rates["12 months"] == pytest.approx(300 / 1000, abs=0.005)
    assert found.rates["later period"] == pytest.approx(0, abs=0.002)
    once, twice = found.probability(frame)[[0, 3]]
    assert twice == pytest.approx(1 - (1 - once) ** 2)


def test_those_silent_for_long_are_told_apart(rows: pd.DataFrame, fitted: Hazard) -> None:
    chance, silent = fitted.predict(rows), rows["days_since_last_event"] > 1
    assert fitted.logistic is not None
    assert chance.min() >= 0
    assert chance.max() <= 1
    assert chance[silent].mean() > 2 * chance[~silent].mean()
    assert chance.mean() == pytest.approx(rows["left"].mean(), rel=1e-6)


def test_where_nothing_is_told_by_behaviour_the_calendar_stands() -> None:
    rows = monthly(60, 8, seed=2)
    few = rows.assign(left=np.where(rows.index % 200 == 0, rows["left"], 0))
    found = fit_hazard(few, COLUMNS, few=50, seed=7)
    assert found.logistic is None
    np.testing.assert_allclose(found.predict(few), found.baseline.probability(few))


def test_behaviour_speaks_of_term_ends_only_where_there_are_any() -> None:
    frame = pd.DataFrame(
        [("a", 0, 0), ("a", 1, 5), ("b", 0, 0), ("b", 0, 0)], columns=["account_id", "term_ends", "renewal"]
    ).assign(as_of=pd.Timestamp("2024-01-01"))
    assert behaviour_speaks(frame).tolist() == [False, True, True, True]


def test_the_same_rows_give_the_same_bytes_and_it_is_read_as_it_was(
    rows: pd.DataFrame, fitted: Hazard, tmp_path: Path
) -> None:
    fit_hazard(rows, COLUMNS, few=50, seed=7).save(tmp_path / "again")
    fitted.save(tmp_path / "once")
    for name in ("hazard.json", "hazard.txt"):
        assert (tmp_path / "once" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    assert load_hazard(tmp_path / "once") == fitted
    (tmp_path / "once" / "hazard.txt").write_text("" if fitted.trees else "tree")
    with pytest.raises(Problem, match="do not belong together"):
        load_hazard(tmp_path / "once")


def test_the_level_is_as_uncertain_as_past_quarters_were() -> None:
    assert level([]).sd == pytest.approx(LEVEL_SD)
    assert level([]).quarters == LEVEL_QUARTERS
    rng = np.random.default_rng(3)
    foreseen = np.full(400, 100.0)
    steady, moving = rng.poisson(foreseen), rng.poisson(foreseen * np.exp(rng.normal(0, 0.4, 400)))
    assert level(list(zip(steady, foreseen, strict=True))).sd < 0.05
    assert level(list(zip(moving, foreseen, strict=True))).sd == pytest.approx(0.4, abs=0.1)


def test_dates_a_quarter_apart_go_back_from_the_last() -> None:
    dates = pd.Series(pd.date_range("2024-01-01", periods=9, freq="28D"))
    assert a_quarter_apart(dates) == [dates[8], dates[4], dates[0]]


def test_a_cell_never_seen_has_the_average() -> None:
    frame = pd.DataFrame({"term_ends": [1], "term_months": [36], "period": [1]})
    assert BaselineHazard({}, 0.2).probability(frame).tolist() == pytest.approx([0.2])
