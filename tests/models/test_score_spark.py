"""Scores on Spark are those of pandas, row for row, however the accounts fall into batches."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from model_tables import COLUMNS, company, experiment

from leadline.features.spark import SparkEngine
from leadline.models.arrays import matrix
from leadline.models.lightgbm_model import fit_trees
from leadline.models.rows import outcome_rows
from leadline.models.score import score
from leadline.models.score_spark import score_on_spark
from leadline.models.train import Trained, train
from leadline.models.verdict import Verdict
from leadline.problem import Problem
from spark_here import spark_engine

BATCH = "spark.sql.execution.arrow.maxRecordsPerBatch"
SNAPSHOTS, CONTEXT, OUTCOMES = company()
AT = pd.Timestamp("2023-04-01")
BEFORE = pd.Timestamp("2023-03-01")


@pytest.fixture(scope="module")
def engine() -> Iterator[SparkEngine]:
    with spark_engine() as engine:
        yield engine


@pytest.fixture
def small_batches(engine: SparkEngine) -> Iterator[None]:
    """Batches of seven: a company of fifty falls into many."""
    usual = engine.session.conf.get(BATCH)
    engine.session.conf.set(BATCH, "7")
    yield
    engine.session.conf.set(BATCH, usual)


@pytest.fixture(scope="module")
def trees() -> Trained:
    """A rule, a logistic regression and trees, whether or not the trees would have been chosen."""
    models = trained("activity")
    rows = outcome_rows(SNAPSHOTS, CONTEXT, OUTCOMES, "churn")
    x, observed = matrix(rows, models.churn.columns), rows["observed"].to_numpy(dtype="float64")
    grown = fit_trees(x, observed, models.churn.margin(rows), (0,) * x.shape[1], rounds=20, seed=1)
    return Trained({**models.by_outcome, "churn": replace(models.churn, trees=grown)})


def trained(mode: str, churn: str = "model") -> Trained:
    verdicts = {name: Verdict(name, kind, "") for name, kind in (("churn", churn), ("expansion", "base_rate"))}
    return train(SNAPSHOTS, CONTEXT, OUTCOMES, COLUMNS, experiment(mode), verdicts, AT)


def of(frame: pd.DataFrame, date: pd.Timestamp) -> pd.DataFrame:
    return frame[frame["as_of"] == date]


def as_many(frame: pd.DataFrame, accounts: int) -> pd.DataFrame:
    """The rows of fifty accounts over and over, under as many names."""
    rows = pd.concat([frame.sort_values("account_id")] * (accounts // len(frame)), ignore_index=True)
    return rows.assign(account_id=[f"a{i:06}" for i in range(len(rows))])


@pytest.fixture
def both(engine: SparkEngine, tmp_path: Path) -> Callable[..., tuple[pd.DataFrame, pd.DataFrame]]:
    """The scores of one model: on Spark, and on pandas."""

    def scored(
        models: Trained,
        context: pd.DataFrame = CONTEXT,
        now: pd.DataFrame | None = None,
        before: pd.DataFrame | None = None,
        context_before: pd.DataFrame | None = None,
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        frames = {
            "now": of(SNAPSHOTS, AT) if now is None else now,
            "before": of(SNAPSHOTS, BEFORE) if before is None else before,
            "context": of(context, AT),
        }
        if context_before is not None:
            frames["context_before"] = context_before
        paths = {name: tmp_path / f"{name}.parquet" for name in frames}
        for name, frame in frames.items():
            frame.to_parquet(paths[name])
        score_on_spark(
            engine, models, paths["now"], paths["before"], paths["context"], COLUMNS, tmp_path / "scores",
            context_before=paths.get("context_before"),
        )  # fmt: skip
        expected = score(
            models, frames["now"], frames["before"], frames["context"], COLUMNS, context_before=context_before
        )
        return pd.read_parquet(tmp_path / "scores"), expected

    return scored


def assert_same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Equal to the last digit; an empty cell may be None or NaN."""
    assert list(found.columns) == list(expected.columns)
    numbers = expected.select_dtypes("number").columns
    texts = expected.columns.difference([*numbers, "as_of"], sort=False)
    pd.testing.assert_frame_equal(found[["as_of", *numbers]], expected[["as_of", *numbers]], check_exact=True)
    assert blank(found[texts]) == blank(expected[texts])


def blank(frame: pd.DataFrame) -> list[list[object]]:
    return frame.astype(object).where(frame.notna(), None).to_numpy().tolist()


@pytest.mark.usefixtures("small_batches")
def test_trees_score_as_on_pandas_to_the_last_digit(both: Callable, trees: Trained) -> None:
    """a001 is not eligible, a002 leaves already, a004 was not there before."""
    context = CONTEXT.assign(eligible=CONTEXT["account_id"] != "a001", announced=CONTEXT["account_id"] == "a002")
    found, expected = both(trees, context, before=of(SNAPSHOTS, BEFORE).query("account_id != 'a004'"))
    assert len(found) == 48
    assert list(found["account_id"])[:3] == ["a000", "a003", "a004"]
    assert found["score_change"].isna().tolist() == [False, False, True] + [False] * 45
    assert set(found["band"]) == {"high", "medium", "low"}
    assert expected["driver_1_sentence"].notna().any()
    assert_same(found, expected)


def test_a_model_that_knows_the_calendar_scores_and_changes_as_on_pandas(both: Callable) -> None:
    models = trained("contract")
    assert models.churn.rule.name == "renewal_curve"
    found, expected = both(models, context_before=of(CONTEXT, BEFORE))
    assert found["score_change"].notna().all()
    assert_same(found, expected)


def test_five_thousand_accounts_score_as_on_pandas_in_batches_of_the_usual_size(both: Callable) -> None:
    now, before, context = (as_many(of(f, d), 5000) for f, d in ((SNAPSHOTS, AT), (SNAPSHOTS, BEFORE), (CONTEXT, AT)))
    events = pd.Series(range(5000), dtype="float64")  # every account has a chance of its own
    found, expected = both(
        trained("activity"), context, now.assign(events=events), before.assign(events=events.to_numpy()[::-1])
    )
    assert len(found) == 5000
    assert_same(found, expected)


def test_equal_chances_share_their_percentile(both: Callable) -> None:
    found, _ = both(trained("activity", churn="base_rate"))
    assert found["percentile"].tolist() == [51.0] * 50  # the mean of ranks 1 to 50, as a share of 50
    assert found["driver_1_indicator"].isna().all()


def test_nobody_to_score_is_a_problem(both: Callable, trees: Trained) -> None:
    with pytest.raises(Problem, match="No account can be scored"):
        both(trees, CONTEXT.assign(eligible=False))


def test_an_account_given_twice_is_a_problem(both: Callable, trees: Trained) -> None:
    with pytest.raises(Problem, match="Account a000 would be scored 16 times"):
        both(trees, before=SNAPSHOTS)


def test_a_table_without_a_column_of_the_model_is_a_problem(both: Callable, trees: Trained) -> None:
    with pytest.raises(Problem, match="lacks 1 columns the model was fitted on, first luck"):
        both(trees, now=of(SNAPSHOTS, AT).drop(columns="luck"))


def test_a_context_of_other_rows_is_a_problem(both: Callable, trees: Trained) -> None:
    with pytest.raises(Problem, match="50 rows and its context 49, of which 49 match"):
        both(trees, CONTEXT[CONTEXT["account_id"] != "a007"])
