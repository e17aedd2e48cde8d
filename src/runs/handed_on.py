"""What earlier weeks handed on: read from what was published, so that nothing else need be kept."""

import json
from pathlib import Path

import pandas as pd

from leadline.decisions import arms
from leadline.decisions.alarm import calm_weeks
from leadline.decisions.choose import State
from leadline.decisions.standing import nobody
from leadline.effects.uplift import UpliftModel, read_uplift
from leadline.experiment import Experiment

CALM_DATES = 16


def handed_on(experiment: Experiment, as_of: pd.Timestamp) -> State:
    """The state of the newest list published before a date; an empty one where there is none."""
    folders = published_before(experiment, as_of)
    if not folders:
        return State()
    thresholds = pd.concat([pd.read_parquet(folder / "thresholds.parquet") for folder in folders[-CALM_DATES:]])
    newest = thresholds[thresholds["as_of"] == thresholds["as_of"].max()].reset_index(drop=True)
    return State(newest, _standing(folders[-1]), calm_weeks(thresholds))


def arms_handed_on(experiment: Experiment, as_of: pd.Timestamp) -> pd.DataFrame:
    """The arms that published lists drew up to a date, that of the date itself among them, so that a list made again
    keeps its arms (see `decisions.arms.nobody`)."""
    files = sorted(experiment.published.glob("[0-9]*-*-*/arms.parquet"))
    every = pd.concat([arms.nobody(), *(pd.read_parquet(file).astype(arms.COLUMNS) for file in files)])
    known = every[every["listed_as_of"] <= as_of].sort_values(["listed_as_of", "account_id"], kind="stable")
    return known.drop_duplicates("account_id", ignore_index=True)


def uplift_handed_on(experiment: Experiment, as_of: pd.Timestamp) -> UpliftModel | None:
    """The model of uplift that the newest list published before a date found proven; None where it did not."""
    folders = published_before(experiment, as_of)
    file = folders[-1] / "uplift.json" if folders else None
    return read_uplift(file) if file and file.is_file() else None


def published_before(experiment: Experiment, as_of: pd.Timestamp) -> list[Path]:
    """Folders of what was published for earlier dates, oldest first."""
    folders = sorted(experiment.published.glob("[0-9]*-*-*"))
    return [folder for folder in folders if date_of(folder) < as_of]


def date_of(folder: Path) -> pd.Timestamp:
    """The as-of date that a published folder speaks for."""
    return pd.Timestamp(json.loads((folder / "run.json").read_text(encoding="utf-8"))["as_of"])


def expansion_listed(experiment: Experiment, as_of: pd.Timestamp) -> pd.DataFrame | None:
    """account_id and as_of of every expansion list published for earlier dates; None where there is none."""
    files = [folder / "expansion.parquet" for folder in published_before(experiment, as_of)]
    lists = [pd.read_parquet(file, columns=["account_id", "as_of"]) for file in files if file.is_file()]
    return pd.concat(lists, ignore_index=True) if lists else None


def list_before(experiment: Experiment, as_of: pd.Timestamp) -> pd.DataFrame | None:
    """The scored accounts of the newest list published before a date; None where there is none."""
    folders = published_before(experiment, as_of)
    return pd.read_parquet(folders[-1] / "scored_accounts.parquet") if folders else None


def lists_before(experiment: Experiment, as_of: pd.Timestamp) -> pd.DataFrame | None:
    """account_id and as_of of every account listed for an earlier date; None where nothing was published."""
    columns = ["account_id", "as_of", "listed_because"]
    files = [folder / "scored_accounts.parquet" for folder in published_before(experiment, as_of)]
    lists = [pd.read_parquet(file, columns=columns).query("listed_because != ''")[columns[:2]] for file in files]
    return pd.concat(lists, ignore_index=True) if lists else None


def thresholds_up_to(experiment: Experiment, as_of: pd.Timestamp, now: pd.DataFrame) -> pd.DataFrame:
    """The thresholds of a date after those published for earlier ones, oldest first."""
    earlier = [pd.read_parquet(folder / "thresholds.parquet") for folder in published_before(experiment, as_of)]
    return pd.concat([*earlier, now], ignore_index=True)


def _standing(folder: Path) -> pd.DataFrame:
    file = folder / "standing.parquet"
    return pd.read_parquet(file).astype(nobody().dtypes.to_dict()) if file.is_file() else nobody()
