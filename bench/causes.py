"""`python -m bench.causes DIR...`: are spells and causes named rightly, where the truth is known?

Each simulated company is walked week by week; truth/ is read only to judge what was said. Of spells: at which as-of
date after its beginning each was first seen, and as what; and the spells seen that are none. Of leavers whose story is
a product's fault or a champion's leaving: the cause named at every as-of date from 4 weeks after the story began until
cover ended (announced leavers: until they said so). `majority`: share of leavers for whom the right cause was named at
more than half of these dates; `last`: at the last of them. `others`: the share of all account-weeks of accounts that
never left for which that cause is named. `said`: share of leavers whose sentence at the last date names the module
that broke, or a key person's leaving.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from leadline.decisions.breaker import spells
from leadline.decisions.cause import Evidence, causes
from leadline.decisions.decline import baseline_dates, declines
from leadline.decisions.key_people import COLUMNS
from leadline.decisions.spell import Spell
from leadline.experiment import Experiment, read_experiment
from leadline.features.calendar import as_of_dates
from leadline.features.dataset import Dataset, build
from leadline.features.modules import module_declines
from leadline.features.sources import Tables, open_source, read_source
from leadline.features.volumes import daily_volumes

KIND = {"outage": "data", "holiday": "calendar", "fault": "product"}
CAUSE = {"product_fault": "product", "champion_left": "business"}
SAID = {"product_fault": "module", "champion_left": "took the place"}
SETTLED = pd.Timedelta(weeks=4)
FRESH_DAYS = 35  # a spell seen later than this is remembered, not found


@dataclass(frozen=True)
class History:
    """A company's log as every weekly as-of date needs it."""

    dates: pd.DatetimeIndex
    frames: Dataset
    modules: pd.DataFrame
    seen: dict[pd.Timestamp, tuple[Spell, ...]]


def history(tables: Tables, experiment: Experiment) -> History:
    """Frames, module falls and spells of every weekly as-of date, from the twelfth week on."""
    first, last = pd.Timestamp(tables.actions["first"].min()), pd.Timestamp(tables.known_until)
    every = as_of_dates(experiment.calendar, first.as_unit("us"), last + pd.Timedelta(days=1), "week")
    volumes = daily_volumes(tables, experiment.calendar)
    seen = {date: spells(volumes, date, experiment.calendar) for date in every}
    return History(every[12:], build(tables, experiment, every), module_declines(tables, every), seen)


def spells_found(truth: pd.DataFrame, found: dict[pd.Timestamp, tuple[Spell, ...]]) -> pd.DataFrame:
    """A row per true spell that an as-of date could see: weeks until it was first seen, and as what, first and last."""
    begun = truth[truth["first_day"] < max(found)]
    rows = [
        (spell.kind, spell.module or spell.region, spell.first_day, *_first_seen(spell, found))
        for spell in begun.fillna("").itertuples()
    ]
    return pd.DataFrame(rows, columns=["kind", "where", "first_day", "weeks", "first", "last"])


def _first_seen(truth: object, found: dict[pd.Timestamp, tuple[Spell, ...]]) -> tuple[float, str, str]:
    seen = [(date, spell.kind) for date, of in found.items() for spell in of if _same(spell, truth)]
    if not seen:
        return float("nan"), "", ""
    first_date = next(date for date in found if date > truth.first_day)  # type: ignore[attr-defined]
    return (seen[0][0] - first_date).days / 7, seen[0][1], seen[-1][1]


def spells_that_are_none(truth: pd.DataFrame, found: dict[pd.Timestamp, tuple[Spell, ...]]) -> set[tuple[str, ...]]:
    """What was seen while fresh that no true spell explains, each once."""
    real = list(truth.fillna("").itertuples())
    return {
        (spell.kind, spell.module, spell.region, f"{spell.first_day:%Y-%m-%d}")
        for date, of in found.items()
        for spell in of
        if spell.touches(date, FRESH_DAYS) and not any(_same(spell, one) for one in real)
    }


def _same(spell: Spell, truth: object) -> bool:
    where = (spell.module, spell.region) == (truth.module, truth.region)  # type: ignore[attr-defined]
    return where and spell.first_day <= truth.last_day and spell.last_day >= truth.first_day  # type: ignore[attr-defined]


def causes_named(past: History) -> pd.DataFrame:
    """The cause of every account that may be scored, at every as-of date: account_id, as_of, cause, cause_because."""
    return pd.concat([_causes_at(past, date) for date in past.dates], ignore_index=True)


def _causes_at(past: History, date: pd.Timestamp) -> pd.DataFrame:
    snapshots, context = past.frames.snapshots, past.frames.context
    now, known = snapshots["as_of"] == date, context["as_of"] == date
    earlier = snapshots["as_of"].isin(baseline_dates(date))
    falls = declines(snapshots[now], snapshots[earlier], context[known], past.frames.columns)
    people = snapshots.loc[snapshots["as_of"] <= date, COLUMNS]
    evidence = Evidence(past.modules[past.modules["as_of"] <= date], people, past.seen[date])
    return causes(falls, evidence).assign(as_of=date)


def by_story(named: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """A row per story: leavers, and the shares of them whose cause was named rightly."""
    told = named.merge(truth, on="account_id")
    told = told[(told["as_of"] >= told["started_at"] + SETTLED) & (told["as_of"] < told["left_at"])]
    stayed = named.loc[~named["account_id"].isin(truth["account_id"]), "cause"]
    rows = []
    for story, cause in CAUSE.items():
        of = told[told["story"] == story].sort_values("as_of", kind="stable")
        account = of.assign(right=of["cause"] == cause).groupby("account_id")["right"]
        shares = {
            "majority": (account.mean() > 0.5).mean(),
            "last": account.last().mean(),
            "weeks": of["cause"].eq(cause).mean(),
        }
        said = of.groupby("account_id")["cause_because"].last().str.contains(SAID[story]).mean()
        rows.append(
            {"story": story, "leavers": account.ngroups, **shares, "said": said, "others": stayed.eq(cause).mean()}
        )
    return pd.DataFrame(rows)


def measured(folder: Path, experiment: Experiment) -> None:
    """Print what was found on one company."""
    tables = open_source(read_source(experiment.source_file), folder)
    past = history(tables, experiment)
    calendar, reasons = (pd.read_parquet(folder / "truth" / f"{name}.parquet") for name in ("calendar", "reasons"))
    print(f"\n{folder.name}\n{spells_found(calendar, past.seen).to_string(index=False)}")
    print(f"spells that are none, of {len(past.seen)} weeks: {sorted(spells_that_are_none(calendar, past.seen))}")
    print(by_story(causes_named(past), reasons).round(2).to_string(index=False))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.causes", description=__doc__)
    parser.add_argument("data", nargs="+", type=Path, help="simulated companies, each with its truth/")
    parser.add_argument("--experiment", default="experiments/demo.yaml", type=Path)
    given = parser.parse_args()
    for data in given.data:
        measured(data, read_experiment(given.experiment))
