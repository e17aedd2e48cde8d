"""Which segments stick and grow: how each part of the customers uses the product, and what became of its revenue.

Segments are today's values. Money is that of the KPIs (`kpi_contracts`), counted over one segment's accounts.
"""

import numpy as np
import pandas as pd

from leadline.experiment import Outcomes
from leadline.features.catalogue import catalogue
from leadline.features.dataset import everyone, first_known, indicator_table, log_of, with_terms
from leadline.features.indicator import chosen
from leadline.features.kpi_contracts import kept_gross, kept_net
from leadline.features.kpi_use import FIRST_VALUE
from leadline.features.lifecycle import activity_standing, first_value
from leadline.features.outcomes import outcomes
from leadline.features.quarter import NAN, Quarter
from leadline.features.shares import wilson
from leadline.features.sources import Tables
from leadline.features.team_kpis import WEEKS

DIMENSIONS = ("segment", "industry", "region", "tier", "channel")
Z = 1.959964  # of a 95% interval
LEAST = 10  # accounts: what rests on fewer is pooled, or left empty
EVERYBODY, OTHER, NOT_GIVEN = "all", "other", "(not given)"
STICKINESS = "stickiness_28"
SHARES = {"expansion": "expanded", "churn": "churned"}
COLUMNS = [
    "dimension", "group", "accounts", "stickiness", "stickiness_low", "nrr", "grr", "growth_low",
    *(f"{share}_{part}" for share in SHARES for part in ("share", "low", "high")),
    "days_to_first_value", "sticks_and_grows",
]  # fmt: skip


def segments(
    tables: Tables, settings: Outcomes, as_of: pd.Timestamp, derived: pd.DataFrame | None = None
) -> pd.DataFrame:
    """A row for all accounts, then one per group of each dimension the source has, most accounts first.

    accounts: in force now. stickiness: their mean DAU / MAU of 28 days. nrr, grr: over twelve months (contracts only).
    expansion_share and churn_share, with 95% intervals: of the accounts there were a year ago, those that grew by
    expansion_ratio and those under contract no more; in activity mode of those active enough at the last date whose
    outcomes are settled. days_to_first_value: median over accounts created within the log and at least 90 days ago
    (none where half have not reached it). stickiness_low, growth_low: lower ends of the 95% intervals of stickiness and
    of nrr (activity mode: of expansion less churn). sticks_and_grows: both are above what all accounts have together.

    `derived`: snapshots of the date, from which stickiness is taken where they have it.

    Groups of fewer than 10 accounts in force are pooled as `other`; a value that rests on fewer than 10 is left empty.
    """
    quarter = Quarter(tables.relations, tables.core_actions, settings, as_of, None, None, WEEKS)
    facts = _facts(tables, quarter, _stickiness(tables, as_of, derived))
    rows = [_row(quarter, EVERYBODY, EVERYBODY, facts)]
    for dimension in DIMENSIONS:
        groups = pooled(facts[dimension], facts["in_force"])
        if groups.nunique() > 1:
            rows += [_row(quarter, dimension, str(name), of) for name, of in facts.groupby(groups)]
    table = _with_shares(pd.DataFrame(rows))
    order = table.assign(place=table["dimension"].map([EVERYBODY, *DIMENSIONS].index), other=table["group"] == OTHER)
    placed = order.sort_values(["place", "other", "accounts"], ascending=[True, True, False], kind="stable")
    return placed.reset_index(drop=True)[COLUMNS]


def pooled(values: pd.Series, in_force: pd.Series) -> pd.Series:
    """Each account's group, `other` where fewer than 10 accounts of its group are in force."""
    named = values.astype("object").fillna(NOT_GIVEN)
    return named.where(in_force.groupby(named).transform("sum") >= LEAST, OTHER)


def _facts(tables: Tables, quarter: Quarter, stickiness: pd.Series) -> pd.DataFrame:
    """A row per account known: its dimensions, in_force, stickiness; churned, expanded, MRR before and after the year
    (NaN: not to be told); days to first value (infinite: not reached; NaN: not to be told)."""
    accounts = quarter.relations["accounts"].select(f"account_id, created_at, {', '.join(DIMENSIONS)}").df()
    rows = accounts[accounts["created_at"] < quarter.as_of].set_index("account_id")
    fates = _kept(quarter) if quarter.settings.mode == "contract" else _outcomes(quarter, tables)
    return rows.assign(
        in_force=rows.index.isin(quarter.in_force),
        stickiness=stickiness,
        **{name: fates[name] for name in ("churned", "expanded", "before", "after")},
        to_value=_days_to_value(rows["created_at"], tables, quarter.as_of),
    )


def _stickiness(tables: Tables, as_of: pd.Timestamp, derived: pd.DataFrame | None) -> pd.Series:
    if derived is not None and STICKINESS in derived.columns:
        return derived.set_index("account_id")[STICKINESS]
    grid = everyone(tables.relations, pd.DatetimeIndex([as_of]))
    asked = chosen(catalogue(tables.source.modules), ("stickiness",))
    found = indicator_table(log_of(tables, with_terms(tables.relations)), grid, asked)
    return found.set_index("account_id")[STICKINESS]


def _days_to_value(created: pd.Series, tables: Tables, as_of: pd.Timestamp) -> pd.Series:
    valued = first_value(tables.relations["events"], tables.core_actions).set_index("account_id")["valued_at"]
    reached = valued.where(valued < as_of).reindex(created.index)
    days = ((reached - created).dt.total_seconds() / 86_400).clip(lower=0).fillna(np.inf)
    return days.where((created >= first_known(tables)) & (created <= as_of - FIRST_VALUE))


def _kept(quarter: Quarter) -> pd.DataFrame:
    """Fates over the year of NRR and GRR, of the accounts there were at its start, and their MRR before and after."""
    kept = quarter.kept_in_year
    grown = kept["after"] >= quarter.settings.expansion_ratio * kept["before"] - 1e-9
    fates = pd.DataFrame({"churned": kept["after"].eq(0), "expanded": grown}).astype("float64")
    return kept.join(fates.where(kept["before"] > 0))


def _outcomes(quarter: Quarter, tables: Tables) -> pd.DataFrame:
    """Fates as of the last date whose outcomes are settled, of the accounts active enough then."""
    settings = quarter.settings
    date = quarter.as_of - pd.Timedelta(days=settings.settled_days)
    grid = everyone(tables.relations, pd.DatetimeIndex([date]))
    standing = activity_standing(tables.relations["events"], grid, settings)
    eligible = standing.loc[standing["eligible"].astype(bool), ["account_id", "as_of"]]
    rows = outcomes(tables.relations, eligible, settings, quarter.as_of)
    wide = rows.pivot(index="account_id", columns="outcome", values="observed").astype("float64")
    fates = wide.reindex(columns=["churn", "expansion"]).set_axis(["churned", "expanded"], axis=1)
    return fates.assign(before=NAN, after=NAN)


def _row(quarter: Quarter, dimension: str, group: str, rows: pd.DataFrame) -> dict[str, object]:
    in_force = rows[rows["in_force"]]
    return {
        "dimension": dimension,
        "group": group,
        "accounts": len(in_force),
        "stickiness": _of_enough(in_force["stickiness"], "mean"),
        "stickiness_low": _low(in_force["stickiness"]),
        **_money(quarter, rows),
        "growth_low": _growth_low(quarter, rows),
        **{share: rows[fate].sum() for share, fate in SHARES.items()},
        **{f"{share}_of": rows[fate].notna().sum() for share, fate in SHARES.items()},
        "days_to_first_value": _of_enough(rows["to_value"], "median"),
    }


def _of_enough(values: pd.Series, measure: str) -> float:
    known = values.dropna()
    found = float(known.agg(measure)) if len(known) >= LEAST else NAN
    return found if np.isfinite(found) else NAN


def _money(quarter: Quarter, rows: pd.DataFrame) -> dict[str, float]:
    """NRR and GRR of one group, by the team's own KPIs."""
    kept = rows[["before", "after"]].dropna()
    if quarter.settings.mode != "contract" or len(kept) < LEAST:
        return {"nrr": NAN, "grr": NAN}
    return {"nrr": _ratio(*kept_net(kept)), "grr": _ratio(*kept_gross(kept))}


def _low(values: pd.Series, centre: float | None = None) -> float:
    """The lower end of the 95% interval of a mean; NaN where fewer than 10 values are known."""
    known = values.dropna()
    if len(known) < LEAST:
        return NAN
    return float(known.mean() if centre is None else centre) - Z * float(known.std(ddof=1)) / len(known) ** 0.5


def _growth_low(quarter: Quarter, rows: pd.DataFrame) -> float:
    """The same of NRR, a ratio of sums (Cochran 1977, 2.9); in activity mode of the share that grew less that left."""
    if quarter.settings.mode != "contract":
        return _low(rows["expanded"] - rows["churned"])
    kept = rows[["before", "after"]].dropna()
    rate = _ratio(*kept_net(kept))
    return _low((kept["after"] - rate * kept["before"]) / kept["before"].mean(), rate)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else NAN


def _with_shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Add shares with their intervals, and whether a group is above all accounts by more than luck."""
    for share in SHARES:
        of = rows[f"{share}_of"]
        rows[f"{share}_share"] = (rows[share] / of).where(of >= LEAST)
        rows[[f"{share}_low", f"{share}_high"]] = wilson(rows[share], of).where(of >= LEAST)
    net = rows["expansion_share"] - rows["churn_share"]
    growth = rows["nrr"] if rows["nrr"].notna().any() else net
    above = [rows["stickiness_low"] > rows["stickiness"].iloc[0], rows["growth_low"] > growth.iloc[0]]
    return rows.assign(sticks_and_grows=above[0] & above[1])
