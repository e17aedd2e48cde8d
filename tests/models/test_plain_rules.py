"""The plain rules, checked by eye."""

import numpy as np
import pandas as pd
import pytest
from model_tables import COLUMNS, column
from scipy.special import expit

from leadline.models.baselines import as_fitted, fit_rules, starting_rule

ROWS = pd.DataFrame(
    {
        "days_since_last_event": [1.0, 2.0, 40.0, 50.0],
        "events_trend": [0.5, np.nan, -0.2, -0.9],
        "users_trend": [0.1, np.nan, -0.8, -0.1],
        "days_to_term_end": [300.0, 20.0, 300.0, 20.0],
        "due_for_renewal": [False, True, False, True],
        "renewals": [0, 0, 1, 1],
        "observed": [0, 0, 1, 1],
    }
)
TRENDS = (*COLUMNS, column("users_trend", "trend", "change", -1), column("weeks_of_decline", "trend", "count", 1))


def chances(outcome: str = "churn", mode: str = "activity") -> dict[str, list[float]]:
    rules = fit_rules(ROWS, TRENDS, outcome, mode)
    return {name: list(as_fitted(rule, ROWS, outcome, "").predict(ROWS)) for name, rule in rules.items()}


def order(values: list[float]) -> list[int]:
    return list(np.argsort(values, kind="stable"))


def test_base_rate_is_the_share_seen_in_training() -> None:
    assert chances()["base_rate"] == pytest.approx([0.5] * 4)


def test_recency_ranks_by_days_since_the_last_event() -> None:
    assert order(chances()["recency"]) == [0, 1, 2, 3]
    assert order(chances("expansion")["recency"]) == [3, 2, 1, 0]


def test_decline_ranks_by_the_biggest_drop_of_any_trend() -> None:
    """Drops: none, unknown (put at the median of the known), 80% of users, 90% of events."""
    assert order(chances()["decline"]) == [0, 1, 2, 3]
    rule = fit_rules(ROWS, TRENDS, "churn", "activity")["decline"]
    assert rule.columns == ("events_trend", "users_trend")
    assert rule.speaking(ROWS)[2:] == ["users_trend", "events_trend"]
    assert rule.blank == 0.8


def test_expansion_looks_at_the_biggest_rise() -> None:
    assert order(chances("expansion")["decline"])[-1] == 0


def test_a_rule_keeps_its_direction_when_training_says_the_opposite() -> None:
    turned = ROWS.assign(observed=1 - ROWS["observed"])
    rule = fit_rules(turned, TRENDS, "churn", "activity")["recency"]
    assert order(list(rule.log_odds(turned))) == [0, 1, 2, 3]


def test_rules_without_their_columns_or_contracts_are_absent() -> None:
    assert list(fit_rules(ROWS, (), "churn", "activity")) == ["base_rate"]
    assert "renewal_curve" in fit_rules(ROWS, (), "churn", "contract")
    assert "renewal_curve" not in fit_rules(ROWS, (), "expansion", "contract")


def test_a_churn_model_starts_from_the_calendar_or_from_silence() -> None:
    def named(*question: str) -> str:
        return starting_rule(ROWS, COLUMNS, *question).name

    assert named("churn", "contract") == "renewal_curve"
    assert named("churn", "activity") == "recency"
    assert named("expansion", "activity") == "base_rate"


def test_probabilities_are_those_of_a_one_variable_logistic_regression() -> None:
    rng = np.random.default_rng(3)
    days = rng.exponential(20, 4000)
    rows = pd.DataFrame({"days_since_last_event": days, "observed": rng.random(4000) < expit(days / 20 - 2)})
    rule = fit_rules(rows, COLUMNS[1:2], "churn", "activity")["recency"]
    at = pd.DataFrame({"days_since_last_event": [0.0, 20.0, 40.0]})
    assert expit(rule.log_odds(at)) == pytest.approx(expit([-2, -1, 0]), abs=0.04)
