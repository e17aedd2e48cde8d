"""Indicators in featuretools, by cutoff times; runs in featuretools' own environment, where Leadline is not.

Windows are `training_window`s, which count nothing, and say nothing, unless `add_last_time_indexes()` was called. What
featuretools cannot express is left out: the week before last, late arrivals, sessions by a gap of silence. Ratios of
its columns are taken afterwards, in pandas, which is quicker than its own primitives.
"""

import json
import sys
import warnings
from pathlib import Path
from time import perf_counter

import featuretools as ft
import pandas as pd
from featuretools.primitives import Count, Entropy, NumUnique, Sum, TimeSinceLast

from bench.sample import computed

TYPES = {
    "account_id": "Categorical",
    "user_id": "Categorical",
    "module": "Categorical",
    "day": "Categorical",
    "minutes": "Double",
    "core": "Integer",
    "views": "Integer",
}
WINDOWS = (7, 28, 84, 182)
EVERYWHERE, TO_84, FROM_28_TO_84 = WINDOWS, (7, 28, 84), (28, 84)
COLUMNS = {
    "active_users": ("user_id", NumUnique, TO_84),
    "active_days": ("day", NumUnique, EVERYWHERE),
    "minutes": ("minutes", Sum, TO_84),
    "core_actions": ("core", Sum, TO_84),
    "views": ("views", Sum, FROM_28_TO_84),
    "modules_used": ("module", NumUnique, FROM_28_TO_84),
    "module_entropy": ("module", Entropy, FROM_28_TO_84),
}  # name: column, primitive, windows
UNDEFINED_IN_SILENCE = ("module_entropy", "days_since_last_event")


def entity_set(events: pd.DataFrame, core: list[str], views: list[str]) -> ft.EntitySet:
    """Events under their accounts, with the last time of each account that windows need."""
    rows = events.assign(
        event=range(len(events)),
        day=events["occurred_at"].dt.strftime("%Y-%m-%d"),
        minutes=events["duration_s"] / 60,
        core=events["action"].isin(core).astype("int64"),
        views=events["action"].isin(views).astype("int64"),
    )[["event", "occurred_at", *TYPES]]
    entities = ft.EntitySet("log")
    entities.add_dataframe(
        dataframe_name="events", dataframe=rows, index="event", time_index="occurred_at", logical_types=TYPES
    )
    entities.normalize_dataframe("events", "accounts", "account_id", make_time_index=False)
    entities.add_last_time_indexes()
    return entities


def features_of(entities: ft.EntitySet, window: int, modules: list[str]) -> dict[str, ft.FeatureBase]:
    """The features of one window, by our names."""
    columns = entities["events"].ww
    count = ft.Feature(columns["event"], parent_dataframe_name="accounts", primitive=Count)
    features = {f"events_{window}": count}
    for name, (column, primitive, windows) in COLUMNS.items():
        if window in windows:
            made = ft.Feature(columns[column], parent_dataframe_name="accounts", primitive=primitive)
            features[f"{name}_{window}"] = made
    for module in modules if window == 28 else []:
        within = ft.Feature(columns["module"]) == module
        counted = ft.Feature(columns["event"], parent_dataframe_name="accounts", where=within, primitive=Count)
        features[f"module_events_{module}_28"] = counted
    return features


def recency(entities: ft.EntitySet) -> dict[str, ft.FeatureBase]:
    """Days since the last event, over the whole history."""
    occurred = entities["events"].ww["occurred_at"]
    last = ft.Feature(occurred, parent_dataframe_name="accounts", primitive=TimeSinceLast(unit="days"))
    return {"days_since_last_event": last}


def matrix(entities: ft.EntitySet, pairs: pd.DataFrame, features: dict, window: str | None) -> pd.DataFrame:
    """The features at every cutoff time, what happened at that very instant left out; a column by each of our names."""
    values = ft.calculate_feature_matrix(
        list(features.values()),
        entities,
        cutoff_time=pairs.rename(columns={"as_of": "time"}),
        cutoff_time_in_index=True,
        training_window=window,
        include_cutoff_time=False,
    )
    named = {feature.get_name(): name for name, feature in features.items()}
    return values.rename(columns=named)[list(features)].astype("float64")


def with_ratios(table: pd.DataFrame) -> pd.DataFrame:
    """Ratios of the columns there are; a count of nothing is 0."""
    table = table.fillna({c: 0.0 for c in table if not c.startswith(UNDEFINED_IN_SILENCE)})
    for w in FROM_28_TO_84:
        users, core, views = (table[f"{name}_{w}"] for name in ("active_users", "core_actions", "views"))
        table[f"events_per_user_{w}"] = (table[f"events_{w}"] / users).where(users > 0)
        table[f"core_per_user_{w}"] = (core / users).where(users > 0)
        table[f"core_share_{w}"] = (core / (core + views)).where(core + views > 0)
    return table.drop(columns=[f"views_{w}" for w in FROM_28_TO_84])


def table_of(entities: ft.EntitySet, pairs: pd.DataFrame, modules: list[str]) -> pd.DataFrame:
    """account_id, as_of and a column for each indicator."""
    parts = [matrix(entities, pairs, features_of(entities, w, modules), f"{w} days") for w in WINDOWS]
    table = with_ratios(pd.concat([*parts, matrix(entities, pairs, recency(entities), None)], axis=1))
    return table.rename_axis(["account_id", "as_of"]).reset_index()


def main(folder: Path, out: Path, longest: float, modules: list[str]) -> None:
    """Compute, write, and print the seconds that reading and all dates take."""
    began = perf_counter()
    kinds = json.loads((folder / "source.json").read_text())
    events = pd.read_parquet(folder / "tables" / "events.parquet")
    entities = entity_set(events, kinds["core"], kinds["views"])
    reading = perf_counter() - began
    pairs = pd.read_parquet(folder / "pairs.parquet")
    table, told = computed(lambda some: table_of(entities, some, modules), pairs, longest)
    table.to_parquet(out)
    print(json.dumps({**told, "seconds": told["seconds"] + reading}))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), sys.argv[4:])
