"""A column tried: a planted one is found, noise is not, and its curve is what one counts by hand."""

import numpy as np
import pandas as pd
import pytest
from model_tables import COLUMNS, column, company, experiment
from sklearn.metrics import roc_auc_score

from leadline.models.added import MOST_FITS, by_tenth, folds, forward_chances, ranked_alone
from leadline.models.paired import differences
from leadline.models.rows import outcome_rows
from leadline.problem import Problem
from leadline.runs.trying import METRICS, Verdict, judged

ROWS = outcome_rows(*company(), "churn")
SETTINGS = experiment()
FOLDS = folds(ROWS, SETTINGS)
WITHOUT = forward_chances(ROWS, COLUMNS, "churn", SETTINGS, FOLDS)
NEW = column("new", direction=0)


def verdict(values: np.ndarray) -> Verdict:
    found = forward_chances(ROWS.assign(new=values), (*COLUMNS, NEW), "churn", SETTINGS, FOLDS)
    rows = found.rename(columns={"p": "p_new"}).assign(p_old=WITHOUT["p"])
    return judged(rows, differences(rows, METRICS, SETTINGS.seed, capacity=5))


def test_every_date_from_the_first_test_on_is_scored_once_by_a_model_of_before() -> None:
    tests = [date for fold in FOLDS for date in fold.tests]
    assert len(FOLDS) <= MOST_FITS
    assert tests == [date for date in sorted(ROWS["as_of"].unique()) if date >= FOLDS[0].fitted_at]
    assert all(fold.fitted_at == fold.tests[0] for fold in FOLDS)
    keys = ["account_id", "as_of", "observed", "arr"]
    expected = ROWS.loc[ROWS["as_of"].isin(tests), keys].reset_index(drop=True)
    pd.testing.assert_frame_equal(WITHOUT[keys], expected)


def test_a_planted_column_is_found() -> None:
    rng = np.random.default_rng(0)
    assert verdict(ROWS["observed"].to_numpy() + rng.normal(0, 0.5, len(ROWS))) == "helps"


def test_noise_is_seldom_said_to_help() -> None:
    """By turns anew every time, the same for an account, and growing with time."""
    account, names = pd.factorize(ROWS["account_id"])
    said = []
    for seed in range(9):
        rng = np.random.default_rng(seed)
        own, each = rng.normal(size=len(names))[account], rng.normal(size=len(ROWS))
        said.append(verdict((each, own, own * np.arange(len(ROWS)) + each)[seed % 3]))
    assert said.count("helps") <= 1
    assert said.count("no difference") >= 5


def test_a_column_there_is_already_makes_no_difference() -> None:
    assert verdict(ROWS["days_since_last_event"].to_numpy()) == "no difference"


def test_where_nothing_has_settled_it_says_so() -> None:
    with pytest.raises(Problem, match="Nothing can be tested out of time"):
        folds(ROWS[ROWS["as_of"] == ROWS["as_of"].min()], SETTINGS)


def test_tenths_by_hand() -> None:
    """Values 1 to 20, each tenth of two rows, and two rows without a value; leavers are 19, 20 and an unknown."""
    rows = pd.DataFrame({"account_id": [f"a{i:02d}" for i in range(22)], "new": [*range(20, 0, -1), np.nan, np.nan]})
    rows = rows.assign(as_of=pd.Timestamp("2024-01-01"), observed=[1, 1, *[0] * 18, 1, 0])
    table = by_tenth(rows, "new", seed=1)
    assert list(table["tenth"]) == list(range(11))
    assert list(table["rows"]) == [2] * 11
    assert list(table["middle"][1:]) == [1.5 + 2 * i for i in range(10)]
    assert list(table["share"]) == [0.5, *[0.0] * 9, 1.0]
    assert (table["low"][0], table["high"][0]) == (0.0, 1.0)


def test_the_auc_alone_is_scikit_learns_on_the_rows_with_a_value() -> None:
    rows = ROWS.assign(new=ROWS["events_trend"], none=np.nan)
    found = ranked_alone(rows, (NEW, column("none")), seed=1).set_index("column")
    known = rows[rows["new"].notna()]
    assert found.loc["new", "auc"] == pytest.approx(roc_auc_score(known["observed"], known["new"]))
    assert found.loc["new", "known"] == len(known) / len(rows)
    assert found.loc["new", "low"] < found.loc["new", "auc"] < found.loc["new", "high"] < 0.5
    assert found.loc["none", "auc":].isna().all()
