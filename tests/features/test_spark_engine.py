"""Spark holds what DuckDB holds: the same expressions give the same values, instants and blanks."""

import os
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import narwhals as nw
import pandas as pd
import pytest

from leadline.features import spark
from leadline.features.engine import DuckDBEngine, Engine
from leadline.features.spark import SparkEngine, settings, spark_session
from leadline.problem import Problem
from spark_here import spark_engine

BIG = 1_700_000_000_123_456  # microseconds since 1970, in 2023
ROWS = pd.DataFrame(
    {
        "id": [0, 1, 2, 3, 4, 5],
        "account": pd.Series(["a", "a", "b", "b", "b", None], dtype="str"),
        "at": pd.to_datetime(
            [
                "2024-03-31 01:30:00.123456",
                "1969-12-31 23:59:59.999999",
                None,
                "2024-10-27",
                "1900-01-01",
                "2030-01-01",
            ],
            format="ISO8601",
        ).astype("datetime64[us]"),
        "whole": [-7, 7, BIG, -BIG, 604_800_000_000, -1],
        "number": [1.5, None, -3.25, 0.5, 4.0, 9.0],
        "flag": [True, False, True, True, False, True],
    }
)
whole, number, at = nw.col("whole"), nw.col("number"), nw.col("at")
EXPRESSIONS = {
    "floor division": whole // 604_800_000_000,
    "remainder": whole % 604_800_000_000,
    "earlier row": whole.shift(1).over("account", order_by="id"),
    "running sum": whole.cum_sum().over("account", order_by="id").cast(nw.Int64),
    "running maximum": at.cum_max().over("account", order_by="id"),
    "least of all": at.min().over("account"),
    "median": number.median().over("account"),
    "median of some": nw.when(whole > 0).then(number).median().over("account"),
    "largest": nw.max_horizontal(number, "id"),
    "sum with blanks": nw.sum_horizontal(number, "id"),
    "filled": nw.col("account").fill_null(""),
    "one of": nw.when(nw.col("account").is_in(("a", "c"))).then(nw.lit(1)).otherwise(nw.lit(0)),
    "flag as number": nw.col("flag").cast(nw.Float64),
    "rounded": (number * 2**30).round().cast(nw.Int64),
    "root": number.abs().sqrt(),
    "before an instant": nw.when(at < nw.lit(datetime(2024, 10, 27, 0, 0, 0, 1))).then(nw.lit(1)),
    "day of the year": at.dt.ordinal_day().cast(nw.Int64),
}


@pytest.fixture(scope="module")
def engine() -> Iterator[SparkEngine]:
    with spark_engine() as engine:
        yield engine


@pytest.fixture(scope="module")
def duckdb() -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine()
    yield engine
    engine.close()


def grouped(engine: Engine) -> nw.LazyFrame:
    return (
        engine.table(ROWS)
        .group_by("account")
        .agg(
            number.sum().alias("sum"),
            number.median().alias("median"),
            nw.col("flag").n_unique().alias("kinds"),
            nw.len().cast(nw.Int64).alias("rows"),
            whole.sum().cast(nw.Int64).alias("total"),
            at.max().alias("last"),
        )
    )


def joined(engine: Engine) -> nw.LazyFrame:
    """The rows, numbered in order, with the sums of their account beside, twice over."""
    rows = (
        engine.table(ROWS)
        .with_row_index("place", order_by=["account", "id"])
        .with_columns(nw.col("place").cast(nw.Int64))
    )
    found = rows.select("id", "place", "account").join(grouped(engine), on="account", how="left").drop("account")
    return nw.concat([found, found], how="vertical")


def as_on_duckdb(found: pd.DataFrame, expected: pd.DataFrame, by: list[str]) -> None:
    """The same rows in any order, columns in the same order and of the same types."""
    first, second = (f.sort_values(by, ignore_index=True, na_position="last") for f in (found, expected))
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_a_table_comes_back_as_it_was(engine: SparkEngine) -> None:
    pd.testing.assert_frame_equal(engine.collect(engine.table(ROWS)), ROWS)


def test_expressions_have_the_values_they_have_on_duckdb(engine: SparkEngine, duckdb: DuckDBEngine) -> None:
    found, expected = (e.collect(e.table(ROWS).select("id", **EXPRESSIONS)) for e in (engine, duckdb))
    as_on_duckdb(found, expected, ["id"])
    assert expected.sort_values("id")["floor division"].tolist() == [-1, 0, 2810, -2811, 1, -1]


def test_an_instant_in_microseconds_is_exact_on_either_side_of_1970(engine: SparkEngine, duckdb: DuckDBEngine) -> None:
    rows = ROWS[["id", "at", "account"]].assign(again=ROWS["at"])
    found, expected = (e.collect(e.in_microseconds(e.table(rows))) for e in (engine, duckdb))
    as_on_duckdb(found, expected, ["id"])
    known = ROWS["at"].dropna()
    assert found.sort_values("id")["at"].dropna().tolist() == known.astype("int64").tolist()
    assert found["again"].equals(found["at"])
    without = engine.in_microseconds(engine.table(ROWS[["id"]]))
    assert engine.collect(without)["id"].tolist() == [0, 1, 2, 3, 4, 5]
    assert known.astype("int64")[1] == -1


def test_groups_have_the_values_they_have_on_duckdb(engine: SparkEngine, duckdb: DuckDBEngine) -> None:
    found, expected = (e.collect(grouped(e)) for e in (engine, duckdb))
    as_on_duckdb(found, expected, ["account"])


def test_joins_and_numbers_of_rows_are_those_of_duckdb(engine: SparkEngine, duckdb: DuckDBEngine) -> None:
    found, expected = (e.collect(joined(e)) for e in (engine, duckdb))
    as_on_duckdb(found, expected, ["id"])


def test_logarithms_agree_to_the_last_digit_but_one(engine: SparkEngine, duckdb: DuckDBEngine) -> None:
    logs = [e.collect(e.table(ROWS).select("id", log=(nw.col("id") + 1.0).log())) for e in (engine, duckdb)]
    first, second = (frame.sort_values("id")["log"].tolist() for frame in logs)
    assert first == pytest.approx(second, rel=1e-15, abs=0)


def test_instants_are_those_written_wherever_the_machine_stands(
    engine: SparkEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        with_literal = engine.table(ROWS).select("id", "at", lit=nw.lit(datetime(2024, 3, 31, 2, 30)))
        found = engine.collect(engine.keep(with_literal)).sort_values("id", ignore_index=True)
    finally:
        monkeypatch.undo()
        time.tzset()
    pd.testing.assert_series_equal(found["at"], ROWS["at"])
    assert found["lit"].tolist() == [pd.Timestamp("2024-03-31 02:30")] * 6


def test_nanoseconds_are_cut_to_microseconds(engine: SparkEngine) -> None:
    frame = pd.DataFrame({"at": pd.to_datetime(["2024-01-01 00:00:00.123456789"]).astype("datetime64[ns]")})
    found = engine.collect(engine.table(frame))
    assert (found["at"].dtype, found["at"][0]) == ("datetime64[us]", pd.Timestamp("2024-01-01 00:00:00.123456"))


def test_what_is_kept_is_computed_once(engine: SparkEngine) -> None:
    kept = engine.keep(engine.table(ROWS).select("id", double=whole * 2))
    plan = kept.to_native()._jdf.queryExecution().optimizedPlan().toString()
    assert "Relation" in plan
    assert "double#" in plan
    assert "Project" not in plan
    assert engine.collect(kept)["double"].sum() == 2 * ROWS["whole"].sum()


def test_a_frame_without_rows_is_kept_with_its_columns(engine: SparkEngine) -> None:
    kept = engine.collect(engine.keep(engine.table(ROWS).filter(whole > 2**62)))
    assert list(kept.columns) == list(ROWS.columns)
    assert kept.empty


def test_a_dataset_is_written_in_place_of_the_last(engine: SparkEngine, tmp_path: Path) -> None:
    engine.write(engine.table(ROWS), tmp_path / "rows")
    engine.write(engine.table(ROWS).filter(nw.col("id") < 2), tmp_path / "rows")
    assert engine.collect(engine.read(tmp_path / "rows"))["id"].tolist() == [0, 1]
    assert pd.read_parquet(tmp_path / "rows")["at"].dtype == "datetime64[us]"


def test_closing_leaves_nothing(engine: SparkEngine, tmp_path: Path) -> None:
    other = SparkEngine(engine.session, tmp_path)
    other.table(ROWS)
    assert list(tmp_path.iterdir())
    other.close()
    assert list(tmp_path.iterdir()) == []


def test_settings_are_read_from_one_line() -> None:
    line = " spark.executor.memory=4g; spark.app.name=a=b ;"
    assert settings(line) == {"spark.executor.memory": "4g", "spark.app.name": "a=b"}
    assert settings("") == {}


@pytest.mark.parametrize("line", ["spark.executor.memory", "executor.memory=4g"])
def test_what_is_no_setting_is_a_problem(line: str) -> None:
    with pytest.raises(Problem, match=r"is no Spark setting; write spark\.name=value"):
        settings(line)


def test_the_time_zone_cannot_be_set(engine: SparkEngine) -> None:
    chosen = spark._settings_of("local[2]", {"spark.sql.session.timeZone": "Asia/Shanghai", "spark.ui.enabled": "true"})
    assert (chosen["spark.sql.session.timeZone"], chosen["spark.ui.enabled"]) == ("UTC", "true")
    assert engine.session.conf.get("spark.sql.session.timeZone") == "UTC"


def test_without_pyspark_a_problem_says_how_to_mend_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    with pytest.raises(Problem, match=r"pip install leadline\[spark\]`, and Java 17 or newer"):
        spark_session()


@pytest.mark.parametrize(
    ("answer", "said"),
    [('openjdk version "11.0.2" 2019', "Java 11 is here"), ('java version "1.8.0_301"', "Java 8 is here")],
)
def test_an_old_java_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, said: str) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho '{answer}' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(Problem, match=f"Java 17 or newer and {said}; install it"):
        spark._refuse_old_java(spark.java_version())


def test_no_java_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", os.fspath(tmp_path))
    with pytest.raises(Problem, match="Java 17 or newer and there is none"):
        spark._refuse_old_java(spark.java_version())
