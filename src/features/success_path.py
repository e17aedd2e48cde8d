"""The success path: which early actions, how many of them, go with staying later (the "magic number").

Counts are of the first days after the start, as they were known at their end; whether an account stayed is read long
after. The number is chosen on the older half of the accounts and looked at again on the newer half: of many candidates
the best always looks well on the accounts it was chosen on.
"""

from dataclasses import dataclass
from typing import Literal

import duckdb
import numpy as np
import pandas as pd

from leadline.experiment import Outcomes
from leadline.features.dataset import first_known
from leadline.features.newcomers import Relations, months_after, newcomers
from leadline.features.renewals import mrr_on
from leadline.features.shares import newcombe, wilson
from leadline.features.sources import Tables
from leadline.problem import Problem

COUNTS = (1, 2, 3, 5, 8, 13, 20, 30, 50, 80, 130, 200, 300, 500)
LEAST = 10  # accounts on either side of a number: the share of fewer says little
KEYS = ["kind", "name", "at_least"]
TYPES = {
    **dict.fromkeys(("kind", "name"), "str"),
    **dict.fromkeys(("at_least", "reached", "below", "stayed_reached", "stayed_below"), "int64"),
    **dict.fromkeys(("share_reached", "share_below", "support", "lift", "phi"), "float64"),
}
Verdict = Literal["holds", "fails", "few", "none"]


@dataclass(frozen=True)
class SuccessPath:
    """What goes with staying, and whether the best of it holds on accounts that came later.

    accounts: account_id, start, stayed, part (older or newer half), and the count of each candidate, (kind, name).
    older, newer: a row per candidate and number (see `candidates`). checked: the best of the older accounts, on older
    and newer ones (`part`), with 95% intervals. verdict: holds, fails (the interval of the difference reaches 0), few
    (too few newer accounts on one side), none (nothing goes with staying).
    """

    accounts: pd.DataFrame
    older: pd.DataFrame
    newer: pd.DataFrame
    checked: pd.DataFrame
    verdict: Verdict


def success_path(
    tables: Tables, settings: Outcomes, as_of: pd.Timestamp, days: int = 30, months: int = 12
) -> SuccessPath:
    """What accounts that began within the log did in their first `days`, and whether they were there `months` later.

    An account that left within the first days, or of which it is not settled whether it stayed, is left out.
    """
    new = newcomers(tables.relations, settings.mode, first_known(tables), as_of)
    if not 0 < days < 28 * months:
        raise Problem(
            f"Whether accounts stayed {months} months is read after the first {days} days; choose fewer days."
        )
    fates = stayed(tables.relations, new, settings, as_of, days, months)
    modules = tables.source.modules
    counts = early_counts(tables.relations["events"], fates, tables.core_actions, tables.view_actions, modules, days)
    newer = fates["start"] > fates["start"].quantile(0.5)
    older_table, newer_table = (candidates(counts[part], fates.loc[part, "stayed"]) for part in (~newer, newer))
    accounts = pd.concat([fates.assign(part=newer.map({False: "older", True: "newer"})), counts], axis=1)
    best = chosen(older_table)
    checked = _checked(best, {"older": older_table, "newer": newer_table})
    return SuccessPath(accounts, older_table, newer_table, checked, _verdict(checked))


def stayed(
    relations: Relations, new: pd.DataFrame, settings: Outcomes, as_of: pd.Timestamp, days: int, months: int
) -> pd.DataFrame:
    """account_id, start, stayed: of newcomers still there after the first days, as settled before as_of.

    Contracts: whether cover lasts on the day after so many months (a gap within the grace is none). Activity: whether
    there is an event in the horizon_days from then on.
    """
    later, early = months_after(new["start"], months), new["start"] + pd.Timedelta(days=days)
    wait = 1 + settings.grace_days if settings.mode == "contract" else settings.horizon_days
    ripe = later + pd.Timedelta(days=wait) <= as_of
    if settings.mode == "contract":
        subscriptions, grace = relations["subscriptions"], settings.grace_days
        moments = (new.assign(moment=at) for at in (early, later + pd.Timedelta(days=1)))
        there, still = (mrr_on(subscriptions, at, grace, as_of).notna() for at in moments)
        return new.assign(stayed=still)[ripe & there].reset_index(drop=True)
    used = _used_from(relations["events"], new, later, settings.horizon_days, as_of)
    return new.assign(stayed=used)[ripe].reset_index(drop=True)


def _used_from(
    events: duckdb.DuckDBPyRelation, new: pd.DataFrame, later: pd.Series, days: int, as_of: pd.Timestamp
) -> pd.Series:
    asked = new.assign(later=later)  # noqa: F841 - read in the SQL
    used = duckdb.sql("""
        SELECT DISTINCT a.account_id FROM asked a JOIN events e ON e.account_id = a.account_id
             AND e.occurred_at >= a.later AND e.occurred_at < a.later + to_days($days) AND e.received_at < $as_of
    """, params={"days": days, "as_of": as_of.to_pydatetime()}).df()  # fmt: skip
    return new["account_id"].isin(used["account_id"])


def early_counts(
    events: duckdb.DuckDBPyRelation,
    new: pd.DataFrame,
    core: tuple[str, ...],
    views: tuple[str, ...],
    modules: tuple[str, ...],
    days: int,
) -> pd.DataFrame:
    """How often each newcomer did each core action, and anything but look in each module, in its first days and known
    by their end: a row per newcomer, in order; columns (kind, name), kind being action or module."""
    found = duckdb.sql("""
        SELECT n.account_id, e.action, e.module, count(*) AS times
        FROM new n JOIN events e ON e.account_id = n.account_id AND e.occurred_at >= n.start
             AND e.occurred_at < n.start + to_days($days) AND e.received_at < n.start + to_days($days)
        GROUP BY ALL
    """, params={"days": days}).df()  # fmt: skip
    by_action = found.assign(kind="action", name=found["action"])
    by_module = found[~found["action"].isin(views)].assign(kind="module", name=lambda rows: rows["module"])
    rows = pd.concat([by_action, by_module], ignore_index=True)
    wanted = pd.MultiIndex.from_tuples(
        [*(("action", name) for name in core), *(("module", name) for name in modules)], names=["kind", "name"]
    )
    wide = rows.pivot_table(index="account_id", columns=["kind", "name"], values="times", aggfunc="sum", fill_value=0)
    return wide.reindex(index=new["account_id"], columns=wanted, fill_value=0).astype("int64").set_axis(new.index)


def candidates(counts: pd.DataFrame, stayed: pd.Series) -> pd.DataFrame:
    """A row per candidate and number that some reached and some did not: how many accounts reached it or stayed below,
    how many of these stayed, their shares; support (share that reached it), lift (share among them / share of all), and
    phi (correlation of reaching and staying), by which numbers of unlike support compare."""
    rows = [
        {"kind": column[0], "name": column[1], "at_least": number, **_told(counts[column] >= number, stayed)}
        for column in counts.columns
        for number in COUNTS
        if 0 < (counts[column] >= number).sum() < len(counts)
    ]
    return pd.DataFrame(rows, columns=list(TYPES)).astype(TYPES)


def _told(reached: pd.Series, stayed: pd.Series) -> dict[str, float]:
    n, of = int(reached.sum()), len(reached)
    kept, all_kept = int(stayed[reached].sum()), int(stayed.sum())
    share, base = kept / n, all_kept / of
    spread = n * (of - n) * all_kept * (of - all_kept)
    return {
        "reached": n,
        "below": of - n,
        "stayed_reached": kept,
        "stayed_below": all_kept - kept,
        "share_reached": share,
        "share_below": (all_kept - kept) / (of - n),
        "support": n / of,
        "lift": share / base if base else np.nan,
        "phi": (of * kept - n * all_kept) / np.sqrt(spread) if spread else np.nan,
    }


def chosen(table: pd.DataFrame) -> pd.DataFrame:
    """The candidate of the highest phi above 0 with enough accounts on either side, the smallest number of equals: one
    row, or none."""
    some = table[(table[["reached", "below"]].min(axis=1) >= LEAST) & (table["phi"] > 0)]
    return some.sort_values(["phi", "at_least"], ascending=[False, True], kind="stable").head(1)


def _checked(best: pd.DataFrame, parts: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The best candidate in each part, with the intervals of its two shares and of their difference."""
    found = [best[KEYS].merge(table, on=KEYS).assign(part=part) for part, table in parts.items()]
    rows = pd.concat(found, ignore_index=True)
    reached, below = (wilson(rows[f"stayed_{side}"], rows[side]) for side in ("reached", "below"))
    difference = newcombe(rows["share_reached"], reached, rows["share_below"], below)
    ends = {"reached": reached, "below": below, "difference": difference}
    return rows.assign(
        difference=rows["share_reached"] - rows["share_below"],
        **{f"{side}_{end}": frame[end] for side, frame in ends.items() for end in ("low", "high")},
    )


def _verdict(checked: pd.DataFrame) -> Verdict:
    if checked.empty:
        return "none"
    newer = checked[checked["part"] == "newer"]
    if newer.empty or newer[["reached", "below"]].iloc[0].min() < LEAST:
        return "few"
    return "holds" if newer["difference_low"].iloc[0] > 0 else "fails"
