"""The forward test on a small company."""

import numpy as np
import pandas as pd
import pytest
from model_tables import COLUMNS, company, experiment

from leadline.models.backtest import Backtest, backtest
from leadline.problem import Problem

SNAPSHOTS, CONTEXT, OUTCOMES = company()
KEYS = ["outcome", "account_id", "as_of", "observed"]


@pytest.fixture(scope="module")
def tested() -> Backtest:
    return backtest(SNAPSHOTS, CONTEXT, OUTCOMES, COLUMNS, experiment("contract"))


def test_predictions_have_the_promised_columns(tested: Backtest) -> None:
    assert list(tested.predictions.columns) == [
        *KEYS,
        *("p", "base_rate", "recency", "decline", "fullness", "renewal_curve", "logistic"),
        *("arr", "due_for_renewal", "stage", "segment", "tier", "happened_at", "fitted_at", "behaviour"),
    ]
    churn = tested.predictions[tested.predictions["outcome"] == "churn"]
    assert churn.drop(columns=["arr", "fullness", "tier", "happened_at"]).notna().all(axis=None)
    chances = churn[["p", "base_rate", "recency", "decline", "renewal_curve", "logistic", "behaviour"]]
    assert chances.ge(0).all(axis=None)
    assert chances.le(1).all(axis=None)


def test_what_was_observed_is_the_truth_and_not_what_was_known(tested: Backtest) -> None:
    merged = tested.predictions.merge(OUTCOMES, on=["outcome", "account_id", "as_of"], suffixes=("", "_true"))
    assert len(merged) == len(tested.predictions)
    assert (merged["observed"] == merged["observed_true"]).all()


def test_test_dates_are_one_a_quarter_from_the_first_that_can_be_learned_for(tested: Backtest) -> None:
    dates = tested.predictions.loc[tested.predictions["outcome"] == "churn", "as_of"].unique()
    assert [f"{date:%Y-%m}" for date in sorted(dates)] == ["2022-07", "2022-10", "2023-01", "2023-04"]


def test_folds_say_what_they_learned_from(tested: Backtest) -> None:
    folds = tested.folds
    assert (folds["last_train"] + pd.Timedelta(days=60) <= folds["fitted_at"]).all()
    assert (
        folds["train_rows"] == 50 * folds["last_train"].dt.month.where(folds["last_train"].dt.year == 2022, 13)
    ).all()
    assert folds["kind"].isin(["logistic", "blend"]).all()


def test_it_finds_the_signal_and_beats_the_calendar(tested: Backtest) -> None:
    churn = tested.metrics.query("outcome == 'churn' and slice == 'all' and metric == 'auc'").set_index("model")[
        "value"
    ]
    assert churn["p"] > 0.75 > churn["renewal_curve"]
    assert {"auc", "auc_advantage", "lift_10", "ece"} <= set(tested.metrics["metric"])


def test_each_column_is_ranked_alone(tested: Backtest) -> None:
    alone = tested.alone.query("outcome == 'churn'").set_index("column")["auc"]
    assert alone["days_since_last_event"] > 0.75
    assert alone["luck"] == pytest.approx(0.5, abs=0.1)


def test_the_future_changes_no_prediction() -> None:
    """Labels that were not known, and snapshots that were not there, at a test date tell it nothing."""
    test = pd.Timestamp("2022-10-01")
    later = OUTCOMES["as_of"] + pd.Timedelta(days=60) > test
    unknown = later | (OUTCOMES["known_at"] >= test)
    other = OUTCOMES.assign(observed=OUTCOMES["observed"].where(~unknown, 1 - OUTCOMES["observed"]))
    ahead = SNAPSHOTS["as_of"] > test
    names = [c.name for c in COLUMNS]
    shuffled = SNAPSHOTS.copy()
    shuffled.loc[ahead, names] = SNAPSHOTS.loc[ahead, names].to_numpy()[::-1]
    settings = experiment()
    settings = settings.model_copy(
        update={"calendar": settings.calendar.model_copy(update={"first_test": test.date()})}
    )

    def chances(snapshots: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
        found = backtest(snapshots, CONTEXT, outcomes.query("outcome == 'churn'"), COLUMNS, settings).predictions
        return found[found["as_of"] == test].drop(columns="observed")

    pd.testing.assert_frame_equal(chances(SNAPSHOTS, OUTCOMES), chances(shuffled, other))


def test_contraction_is_tested_where_the_experiment_asks_for_it(tested: Backtest) -> None:
    assert set(tested.predictions["outcome"]) == {"churn", "expansion"}
    asked = experiment("contract", bootstrap=0, outcomes=("churn", "contraction"))
    found = backtest(*company(accounts=40, months=10), COLUMNS, asked)
    assert set(found.predictions["outcome"]) == set(found.metrics["outcome"]) == {"churn", "contraction"}


def test_lead_days_are_those_between_flag_and_outcome(tested: Backtest) -> None:
    churn = tested.metrics.query("outcome == 'churn' and model == 'p'").set_index("metric")["value"]
    assert churn["lead_days_median"] >= 60
    assert 0 < churn["leavers_flagged"] < 1


def test_progress_is_told() -> None:
    seen: list[tuple[int, int]] = []
    small = company(accounts=40, months=8)
    backtest(*small, COLUMNS, experiment(bootstrap=0), lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] == len({total for _, total in seen} and seen)


def test_nothing_to_test_is_a_problem() -> None:
    snapshots, context, outcomes = company(accounts=10, months=2)
    with pytest.raises(Problem, match="no test date"):
        backtest(snapshots, context, outcomes, COLUMNS, experiment())


def test_a_first_test_before_anything_settled_is_a_problem() -> None:
    settings = experiment()
    early = settings.calendar.model_copy(update={"first_test": pd.Timestamp("2022-01-01").date()})
    settings = settings.model_copy(update={"calendar": early})
    with pytest.raises(Problem, match="Nothing can be learned as of 2022-01-01"):
        backtest(SNAPSHOTS, CONTEXT, OUTCOMES.query("outcome == 'churn'"), COLUMNS, settings)


def test_an_outcome_without_rows_is_left_out() -> None:
    found = backtest(SNAPSHOTS, CONTEXT, OUTCOMES.query("outcome == 'churn'"), COLUMNS, experiment(bootstrap=0))
    assert set(found.predictions["outcome"]) == {"churn"}
    assert np.isfinite(found.predictions["p"]).all()
