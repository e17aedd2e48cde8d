"""From the final fit to a row for each account."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from model_tables import COLUMNS, company, experiment

from leadline.models.score import bands, growth_reasons, score
from leadline.models.train import Trained, train
from leadline.models.verdict import Verdict
from leadline.problem import Problem

SNAPSHOTS, CONTEXT, OUTCOMES = company()
AT = pd.Timestamp("2023-04-01")
BEFORE = pd.Timestamp("2023-03-01")
DRIVERS = [
    f"driver_{i}_{part}" for i in (1, 2, 3) for part in ("indicator", "value", "change", "contribution", "sentence")
]


def verdicts(churn: str = "model", expansion: str = "base_rate") -> dict[str, Verdict]:
    return {name: Verdict(name, kind, "") for name, kind in (("churn", churn), ("expansion", expansion))}


def trained(mode: str = "activity", outcomes: pd.DataFrame = OUTCOMES, **kinds: str) -> Trained:
    return train(SNAPSHOTS, CONTEXT, outcomes, COLUMNS, experiment(mode), verdicts(**kinds), AT)


def test_contraction_is_fitted_where_the_experiment_asks_for_it() -> None:
    asked = experiment(outcomes=("churn", "contraction"))
    judged = verdicts() | {"contraction": Verdict("contraction", "recency", "")}
    models = train(SNAPSHOTS, CONTEXT, OUTCOMES, COLUMNS, asked, judged, AT)
    assert list(models.by_outcome) == ["churn", "contraction"]
    rule = models.by_outcome["contraction"].rule
    assert (rule.name, rule.sign) == ("recency", 1.0)  # as for churn, the longer silent the likelier
    assert scored(models)["p_expand"].isna().all()


def of(frame: pd.DataFrame, date: pd.Timestamp) -> pd.DataFrame:
    return frame[frame["as_of"] == date]


def scored(models: Trained, context: pd.DataFrame = CONTEXT, **more: pd.DataFrame) -> pd.DataFrame:
    return score(models, of(SNAPSHOTS, AT), of(SNAPSHOTS, BEFORE), of(context, AT), COLUMNS, **more)


def test_it_learns_from_all_rows_that_had_settled() -> None:
    models = trained()
    settled = SNAPSHOTS["as_of"] + pd.Timedelta(days=60) <= AT
    assert models.churn.rows == settled.sum()
    assert {name: model.kind for name, model in models.by_outcome.items()} == {"churn": "logistic", "expansion": "rule"}
    assert models.by_outcome["expansion"].rule.name == "base_rate"


def test_the_rule_that_was_not_beaten_is_published() -> None:
    assert trained(churn="recency").churn.rule.name == "recency"
    assert trained("contract", churn="renewal_curve").churn.rule.name == "renewal_curve"


def test_trained_anew_it_is_the_same_to_the_byte(tmp_path: Path) -> None:
    """Leavers have luck far from 0, which takes trees to see; the second time rows come in another order."""
    left = OUTCOMES.merge(SNAPSHOTS)["luck"].abs() > 1.2
    outcomes = OUTCOMES.assign(observed=left.astype(int))
    frames = (SNAPSHOTS, CONTEXT, outcomes)
    mixed = (frame.sample(frac=1, random_state=5) for frame in frames)
    for name, given in (("first", frames), ("again", mixed)):
        models = train(*given, COLUMNS, experiment(trees=40), verdicts("model", "model"), AT)
        assert models.churn.kind == "blend"
        for outcome, model in models.by_outcome.items():
            model.save(tmp_path / name / outcome)
    for file in ("churn/model.txt", "churn/model.json", "expansion/model.txt", "expansion/model.json"):
        assert (tmp_path / "first" / file).read_bytes() == (tmp_path / "again" / file).read_bytes()


def test_without_expansion_there_is_no_chance_of_it() -> None:
    models = trained(outcomes=OUTCOMES.query("outcome == 'churn'"))
    assert list(models.by_outcome) == ["churn"]
    assert scored(models)["p_expand"].isna().all()


def test_training_without_a_settled_row_is_a_problem() -> None:
    with pytest.raises(Problem, match="Nothing can be learned"):
        train(SNAPSHOTS, CONTEXT, OUTCOMES, COLUMNS, experiment(), verdicts(), pd.Timestamp("2022-01-15"))


def test_a_score_has_the_promised_columns() -> None:
    table = scored(trained())
    assert list(table.columns) == [
        *("account_id", "as_of", "p_churn", "p_expand", "percentile", "band", "arr", "expected_loss"),
        *DRIVERS,
        *("score_change", "change_because", "score_change_data", "score_change_model"),
    ]
    assert list(table["account_id"]) == sorted(of(SNAPSHOTS, AT)["account_id"])
    assert table["expected_loss"].tolist() == pytest.approx((12000 * table["p_churn"]).tolist())
    assert table["percentile"].max() == 100
    assert table.loc[table["p_churn"].idxmax(), "driver_1_indicator"] == "days_since_last_event"


def test_accounts_not_eligible_or_leaving_already_have_no_row() -> None:
    context = CONTEXT.assign(eligible=CONTEXT["account_id"] != "a001", announced=CONTEXT["account_id"] == "a002")
    assert list(scored(trained(), context)["account_id"])[:2] == ["a000", "a003"]


def test_nobody_to_score_is_a_problem() -> None:
    with pytest.raises(Problem, match="No account can be scored"):
        scored(trained(), CONTEXT.assign(eligible=False))


def test_the_order_of_accounts_changes_nothing() -> None:
    models = trained()
    mixed = of(SNAPSHOTS, AT).sample(frac=1, random_state=2)
    again = score(models, mixed, of(SNAPSHOTS, BEFORE), of(CONTEXT, AT), COLUMNS)
    pd.testing.assert_frame_equal(again, scored(models))


def test_the_change_is_that_of_the_same_model() -> None:
    models = trained()
    table, past = scored(models), of(SNAPSHOTS, BEFORE).sort_values("account_id")
    assert table["score_change"].to_numpy() == pytest.approx(table["p_churn"].to_numpy() - models.churn.predict(past))


def test_a_model_that_knows_the_calendar_needs_that_of_then() -> None:
    models = trained("contract")
    assert scored(models)["score_change"].isna().all()
    assert scored(models, context_before=of(CONTEXT, BEFORE))["score_change"].notna().all()


def test_bands_are_by_rank_and_by_multiple_of_the_base_rate() -> None:
    percentile = pd.Series([100.0, 95.0, 90.0, 70.0, 66.0, 80.0])
    p = pd.Series([0.40, 0.19, 0.40, 0.10, 0.40, 0.09])
    assert list(bands(percentile, p, 0.10)) == ["high", "medium", "medium", "medium", "low", "low"]


def test_fewer_than_three_reasons_leave_empty_cells() -> None:
    table = scored(trained(churn="base_rate"))
    assert table[DRIVERS].isna().all(axis=None)
    assert np.allclose(table["p_churn"], table["p_churn"].iloc[0])


def test_reasons_to_grow_are_those_of_expansion_and_of_the_accounts_scored() -> None:
    models = trained(expansion="model")
    frames = of(SNAPSHOTS, AT), of(SNAPSHOTS, BEFORE), of(CONTEXT, AT)
    found = growth_reasons(models.by_outcome["expansion"], *frames, COLUMNS)
    as_churn = growth_reasons(models.churn, *frames, COLUMNS)
    assert found.columns.tolist() == ["account_id", *DRIVERS]
    assert found["account_id"].tolist() == scored(models)["account_id"].tolist()
    pd.testing.assert_frame_equal(as_churn, scored(models)[["account_id", *DRIVERS]])
    assert not found["driver_1_sentence"].equals(as_churn["driver_1_sentence"])
