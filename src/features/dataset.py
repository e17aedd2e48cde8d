"""From an opened source to the frames that models read: snapshots, context and outcomes of the same rows."""

from dataclasses import dataclass, replace

import duckdb
import narwhals as nw
import pandas as pd

from leadline.experiment import Experiment
from leadline.features.calendar import as_of_dates
from leadline.features.catalogue import catalogue
from leadline.features.engine import DuckDBEngine
from leadline.features.indicator import Catalogue, Column, chosen, columns_of
from leadline.features.lifecycle import context
from leadline.features.outcomes import outcomes
from leadline.features.snapshots import Log, available, snapshots
from leadline.features.sources import Tables
from leadline.problem import Problem

KEYS = ["account_id", "as_of"]
WARM_UP = pd.Timedelta(days=112)  # the longest look-back of a trend


@dataclass(frozen=True)
class Dataset:
    """Rows of accounts and as-of dates: what was known (snapshots, context) and what became of them (outcomes)."""

    snapshots: pd.DataFrame
    context: pd.DataFrame
    outcomes: pd.DataFrame
    columns: tuple[Column, ...]


def training_dates(experiment: Experiment, tables: Tables) -> pd.DatetimeIndex:
    """The as-of dates of an experiment that the log covers, after a warm-up unless the calendar says from when."""
    calendar = experiment.calendar
    first = pd.Timestamp(calendar.first) if calendar.first else first_known(tables) + WARM_UP
    dates = as_of_dates(calendar, first.as_unit("us"), pd.Timestamp(tables.known_until), calendar.every)
    if dates.empty:
        raise Problem(
            f"The log of {tables.source.name} ends on {tables.known_until:%Y-%m-%d}, before the first as-of date "
            f"({first:%Y-%m-%d}); it needs {WARM_UP.days} days of history, or set calendar.first."
        )
    return dates


def first_known(tables: Tables) -> pd.Timestamp:
    """When the log begins."""
    return pd.Timestamp(tables.actions["first"].min()).as_unit("us")


def build(tables: Tables, experiment: Experiment, dates: pd.DatetimeIndex) -> Dataset:
    """Snapshots and context of every account known at each date; outcomes, settled by the end of the log, of those
    eligible then."""
    relations = prepared(tables, experiment)
    grid = everyone(relations, dates)
    log = log_of(tables, relations)
    indicators = available(chosen(catalogue(tables.source.modules), experiment.indicators), log)
    table = indicator_table(log, grid, indicators)
    standing = context(relations, grid, experiment.outcomes, tables.core_actions)
    may_be_scored = standing.loc[standing["eligible"] & ~standing["announced"], KEYS]
    labels = outcomes(relations, may_be_scored, experiment.outcomes, pd.Timestamp(tables.known_until))
    return Dataset(table, standing, labels, columns_of(indicators))


def as_known(data: Dataset, at: pd.Timestamp, settled_days: int) -> Dataset:
    """What could be told at a moment: rows of dates up to it, outcomes that had settled by then (see `Outcomes`)."""
    told = [frame[frame["as_of"] <= at].reset_index(drop=True) for frame in (data.snapshots, data.context)]
    settled = data.outcomes["as_of"] + pd.Timedelta(days=settled_days) <= at
    return replace(data, snapshots=told[0], context=told[1], outcomes=data.outcomes[settled].reset_index(drop=True))


def pairs_table(tables: Tables, experiment_indicators: Catalogue, pairs: pd.DataFrame) -> pd.DataFrame:
    """Indicators of given (account_id, as_of) pairs, in their order; market movement is taken over all accounts."""
    relations = with_terms(tables.relations)
    log = log_of(tables, relations)
    grid = everyone(relations, pd.DatetimeIndex(pairs["as_of"].unique()).sort_values())
    _refuse_unknown_pairs(pairs, grid)
    table = indicator_table(log, grid, available(experiment_indicators, log))
    return pairs[KEYS].merge(table, on=KEYS, how="left", validate="many_to_one")


def _refuse_unknown_pairs(pairs: pd.DataFrame, grid: pd.DataFrame) -> None:
    seen = pairs[KEYS].merge(grid, on=KEYS, how="left", indicator=True)["_merge"] == "both"
    if not seen.all():
        row = int((~seen).to_numpy().argmax())
        account, as_of = pairs.iloc[row][KEYS]
        raise Problem(
            f"pairs: {int((~seen).sum())} of {len(pairs)} rows name an account not known before its as-of date, first "
            f"row {row + 1}: {account} as of {as_of}; leave them out, for nothing was known of them then."
        )


def indicator_table(log: Log, grid: pd.DataFrame, indicators: Catalogue) -> pd.DataFrame:
    """The snapshot table on DuckDB; its temporary tables are dropped whatever happens."""
    engine = DuckDBEngine()
    try:
        return snapshots(engine, log, grid, indicators)
    finally:
        engine.close()


def prepared(tables: Tables, experiment: Experiment) -> dict[str, duckdb.DuckDBPyRelation]:
    """The source's relations, with the term end as it was agreed; a Problem where contracts are asked and missing."""
    if "subscriptions" not in tables.relations and experiment.outcomes.mode == "contract":
        raise Problem(
            f"Experiment {experiment.name} asks for contract outcomes, and source {tables.source.name} maps no table "
            "subscriptions; map it, or write outcomes: mode: activity."
        )
    return with_terms(tables.relations)


def with_terms(relations: dict[str, duckdb.DuckDBPyRelation]) -> dict[str, duckdb.DuckDBPyRelation]:
    """The relations, subscriptions with the end of each term as agreed."""
    terms = {name: with_term_end(relations[name]) for name in ("subscriptions",) if name in relations}
    return {**relations, **terms}


def with_term_end(subscriptions: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """Add the end of the term as agreed: no earlier than a billing period, for an end date edited afterwards must not
    be read before it was known; what was bought within a term and ends with it keeps the end of that term."""
    agreed = "greatest(end_date, start_date + to_months(CAST(coalesce(billing_months, 0) AS INTEGER)))"
    return subscriptions.select(f"""*, CASE WHEN bool_or({agreed} = end_date) OVER (
        PARTITION BY account_id, end_date ORDER BY known_at RANGE UNBOUNDED PRECEDING
    ) THEN end_date ELSE {agreed} END AS term_end""")


def log_of(tables: Tables, relations: dict[str, duckdb.DuckDBPyRelation]) -> Log:
    """The relations as Narwhals frames, with what the source says of its actions, modules, sessions and durations."""
    frames = {name: nw.from_native(relation) for name, relation in relations.items()}
    given = {name: _some_given(relations["events"], name) for name in ("session_id", "duration_s")}
    return Log(
        frames,
        tables.core_actions,
        tables.view_actions,
        tables.source.modules,
        given["session_id"],
        given["duration_s"],
    )


def _some_given(events: duckdb.DuckDBPyRelation, column: str) -> bool:
    return bool(events.filter(f"{column} IS NOT NULL").limit(1).fetchall())


def everyone(relations: dict[str, duckdb.DuckDBPyRelation], dates: pd.DatetimeIndex) -> pd.DataFrame:
    """Every account known before each date: (account_id, as_of), sorted by as_of and account_id."""
    accounts = relations["accounts"].select("account_id, created_at").df()
    grid = accounts.merge(pd.DataFrame({"as_of": dates.as_unit("us")}), how="cross")
    grid = grid.loc[grid["created_at"] < grid["as_of"], KEYS]
    return grid.sort_values(["as_of", "account_id"], kind="stable", ignore_index=True)
