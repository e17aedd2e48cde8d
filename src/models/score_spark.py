"""Scoring on Spark: `score` runs on batches of accounts, and what compares accounts is found by Spark.

Chances, reasons and changes are of one account alone. Percentile and band are the only parts that need all accounts:
Spark counts the accounts of each chance, ranks the chances, and joins the ranks back.
"""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any

import narwhals as nw
import pandas as pd
import pyarrow as pa

from leadline.features.indicator import Column
from leadline.features.spark import SparkEngine
from leadline.models.arrays import matrix
from leadline.models.fitted import Fitted, load
from leadline.models.rows import KEYS
from leadline.models.score import DRIVERS, bands, score
from leadline.models.train import Trained
from leadline.problem import Problem

CONTEXT = ["arr", "eligible", "announced"]
BEFORE = "before_"
TEXT, NUMBER, INSTANT = pa.string(), pa.float64(), pa.timestamp("us")
PARTS = {"indicator": TEXT, "value": NUMBER, "change": NUMBER, "contribution": NUMBER, "sentence": TEXT}
OUTPUT = pa.schema(
    {
        "account_id": TEXT,
        "as_of": INSTANT,
        "p_churn": NUMBER,
        "p_expand": NUMBER,
        "percentile": NUMBER,
        "band": TEXT,
        "arr": NUMBER,
        "expected_loss": NUMBER,
        **{f"driver_{i}_{part}": kind for i in range(1, DRIVERS + 1) for part, kind in PARTS.items()},
        "score_change": NUMBER,
        "change_because": TEXT,
        "score_change_data": NUMBER,
        "score_change_model": NUMBER,
    }
)
Batches = Iterator[pa.RecordBatch]


def score_on_spark(
    engine: SparkEngine,
    trained: Trained,
    snapshots_now: Path,
    snapshots_before: Path,
    context_now: Path,
    columns: tuple[Column, ...],
    scores: Path,
    language: str = "en",
    context_before: Path | None = None,
) -> None:
    """Score one as-of date from Parquet to Parquet, as `score` does, row for row, by account_id.

    Leadline must be installed on every machine of Spark; the models reach it as text and JSON.
    """
    used = {*trained.churn.columns, *(name for model in trained.by_outcome.values() for name in model.needs)}
    now = _rows(engine, snapshots_now, context_now, used).where("eligible AND NOT announced")
    before = _rows(engine, snapshots_before, context_before, used)
    _refuse_absent_columns(trained, now.columns)
    models = engine.session.sparkContext.broadcast({o: _texts(m) for o, m in trained.by_outcome.items()})
    told = tuple(_without_code(c) for c in columns if c.name in used)
    step = _scorer(models, tuple(before.columns), told, language, _typical(now, told))
    rows = engine.keep(nw.from_native(_beside(now, before))).to_native()
    _refuse_none_or_repeats(rows)
    own = engine.keep(nw.from_native(rows.mapInArrow(step, _spark_schema(OUTPUT))))
    ranked = _with_percentile(own.to_native())
    # sorted first, for Spark computes what it sorts twice, and mapInArrow keeps the order
    banded = ranked.orderBy("account_id").mapInArrow(_bander(trained.churn.base_rate), _spark_schema(OUTPUT))
    engine.write(nw.from_native(banded), scores)


def _rows(engine: SparkEngine, snapshots: Path, context: Path | None, used: set[str]) -> Any:
    """Snapshots with their context beside, only the columns that scoring reads."""
    table = engine.read(snapshots).to_native()
    table = table.select(*KEYS, *(name for name in table.columns if name in used))
    if context is None:
        return table
    facts = engine.read(context).to_native()
    wanted = [name for name in facts.columns if name in {*used, *CONTEXT} and name not in table.columns]
    joined = table.join(facts.select(*KEYS, *wanted), on=KEYS, how="inner")
    _refuse_unmatched(table, facts, joined)
    return joined


def _refuse_unmatched(table: Any, facts: Any, joined: Any) -> None:
    first, *others = (frame.groupBy().count() for frame in (table, facts, joined))
    snapshots, context, both = reduce(lambda left, right: left.crossJoin(right), others, first).first()
    if not both == snapshots == context:
        raise Problem(
            f"The snapshot table has {snapshots} rows and its context {context}, of which {both} match on account_id "
            "and as_of; build both for the same rows."
        )


def _refuse_absent_columns(trained: Trained, there: list[str]) -> None:
    for model in trained.by_outcome.values():
        matrix(pd.DataFrame(columns=there), model.needs)


def _refuse_none_or_repeats(rows: Any) -> None:
    most = rows.groupBy("account_id").count().orderBy("count", "account_id", ascending=[False, True]).first()
    if most is None:
        raise Problem("No account can be scored: none is eligible; check the log's last date and outcomes' settings.")
    if most["count"] > 1:
        raise Problem(
            f"Account {most['account_id']} would be scored {most['count']} times; the snapshot tables must "
            "hold one row for each account, of one as-of date."
        )


def _texts(fitted: Fitted) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        fitted.save(Path(folder))
        return {file.name: file.read_text(encoding="utf-8") for file in Path(folder).iterdir()}


def _fitted(texts: dict[str, str]) -> Fitted:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        return load(Path(folder))


def _without_code(column: Column) -> Column:
    """A column without the function that computes it: scoring wants its words alone."""
    return replace(column, indicator=replace(column.indicator, define=_no_code))


def _no_code(*_: object) -> None:
    """In place of the function of an indicator."""


def _beside(now: Any, before: Any) -> Any:
    """Each account now, with its own row of before beside it, so that a batch has both."""
    earlier = before.toDF(*(BEFORE + name for name in before.columns))
    return now.join(earlier, now["account_id"] == earlier[BEFORE + "account_id"], "left")


def _typical(now: Any, columns: tuple[Column, ...]) -> pd.Series:
    """The median of each column over all accounts, as far as known."""
    from pyspark.sql import functions as f

    names = [column.name for column in columns if column.name in now.columns]
    known = {name: f.nanvl(f.col(name).cast("double"), f.lit(None)) for name in names}
    medians = now.agg(f.count("*"), *(f.median(value).alias(name) for name, value in known.items())).first()
    return pd.Series({name: medians[name] for name in names}, dtype="float64")


def _scorer(
    models: Any, before: tuple[str, ...], columns: tuple[Column, ...], language: str, typical: pd.Series
) -> Callable:
    """Scores of batches of accounts; percentile and band are of the batch, and are replaced afterwards."""

    def step(batches: Batches) -> Batches:
        trained = Trained({outcome: _fitted(texts) for outcome, texts in models.value.items()})
        for batch in batches:
            if batch.num_rows:
                yield from _as_arrow(_scores(trained, batch.to_pandas(), before, columns, language, typical))

    return step


def _scores(
    trained: Trained,
    rows: pd.DataFrame,
    before: tuple[str, ...],
    columns: tuple[Column, ...],
    language: str,
    typical: pd.Series,
) -> pd.DataFrame:
    earlier = rows[[BEFORE + name for name in before]].set_axis(list(before), axis=1)
    now = rows[[name for name in rows.columns if not name.startswith(BEFORE)]]
    facts = [*KEYS, *CONTEXT]
    there = earlier[earlier["account_id"].notna()]
    return score(trained, now.drop(columns=CONTEXT), there, now[facts], columns, language, typical=typical)


def _with_percentile(own: Any) -> Any:
    """The rank of each chance among all, in percent; ties share their mean, as in `score`."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    chances = own.where("p_churn IS NOT NULL").groupBy("p_churn").agg(f.count("*").alias("ties"))
    upward = Window.orderBy("p_churn").rowsBetween(Window.unboundedPreceding, -1)
    below = f.coalesce(f.sum("ties").over(upward), f.lit(0))
    everyone = f.sum("ties").over(Window.partitionBy())
    percent = (below + (f.col("ties") + 1) / 2) / everyone * 100
    ranks = chances.select("p_churn", percent.alias("percentile"))
    return own.drop("percentile").join(ranks, on="p_churn", how="left").select(*OUTPUT.names)


def _bander(base_rate: float) -> Callable:
    def step(batches: Batches) -> Batches:
        for batch in batches:
            rows = batch.to_pandas()
            yield from _as_arrow(rows.assign(band=bands(rows["percentile"], rows["p_churn"], base_rate)))

    return step


def _as_arrow(rows: pd.DataFrame) -> list[pa.RecordBatch]:
    table = pa.Table.from_pandas(rows[OUTPUT.names], schema=OUTPUT, preserve_index=False)
    return list(table.combine_chunks().to_batches())


def _spark_schema(schema: pa.Schema) -> str:
    names = {TEXT: "string", NUMBER: "double", INSTANT: "timestamp_ntz"}
    return ", ".join(f"{field.name} {names[field.type]}" for field in schema)
