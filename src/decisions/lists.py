"""The week's table: every scored account, the listed ones first, with reason, play and arm."""

import pandas as pd

from leadline.decisions.plays import Playbook, cases_of
from leadline.decisions.quality import data_quality
from leadline.decisions.schema import SCORED_ACCOUNTS, checked
from leadline.decisions.wording import Language, joined
from leadline.experiment import Experiment
from leadline.features.indicator import Column
from leadline.problem import Problem

CONTEXT = ["account_id", "as_of", "name", "arr", "stage", "tier", "csm", "announced"]


def scored_accounts(
    scored: pd.DataFrame,
    context: pd.DataFrame,
    declines: pd.DataFrame,
    chosen: pd.DataFrame,
    why: pd.DataFrame,
    plays: Playbook,
    experiment: Experiment,
    columns: tuple[Column, ...],
    model_version: str,
) -> pd.DataFrame:
    """The published table of one as-of date, in the columns and order of SCORED_ACCOUNTS; arms are still to be drawn.

    Rows: every scored account, and every account that announced leaving, without score, play or arm. `chosen` is the
    list (account_id, value, listed_because; see `choose`), `why` the causes of falls, whose sentences end
    listed_because. First come the listed by value, p_churn and account_id, then the rest by p_churn and account_id.
    Raises a Problem for repeated or unknown accounts and for more than one as-of date.
    """
    accounts = _accounts(scored, context)
    reasons = chosen[["account_id", "value", "listed_because"]]
    table = _in_order(accounts.merge(reasons, on="account_id", how="left").merge(why, on="account_id", how="left"))
    listed = table["listed_because"].notna()
    table = table.assign(
        horizon_days=experiment.outcomes.horizon_days,
        model_version=model_version,
        listed_because=_reasons(table, experiment.language).where(listed, ""),
        cause=table["cause"].fillna("unknown").mask(table["announced"], ""),
        data_quality=data_quality(table, declines, columns, experiment.language),
        arm="",
    )
    table = table.assign(play=_plays(table, plays, columns).where(listed, ""))
    return checked(table, SCORED_ACCOUNTS, "scored_accounts")


def with_arms(table: pd.DataFrame, arms: pd.DataFrame) -> pd.DataFrame:
    """The published table with the arm of each account listed (see `decisions.arms.drawn`)."""
    arm = table["account_id"].map(arms.set_index("account_id")["arm"])
    return checked(table.assign(arm=arm.where(table["listed_because"] != "", "")), SCORED_ACCOUNTS, "scored_accounts")


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """The listed by value, p_churn, account_id; then the rest, which has no value, by p_churn, account_id."""
    order = ["rest", "value", "p_churn", "account_id"]
    ranked = table.assign(rest=table["listed_because"].isna())
    return ranked.sort_values(order, ascending=[True, False, False, True], kind="stable", ignore_index=True)


def _reasons(table: pd.DataFrame, language: Language) -> pd.Series:
    pairs = zip(table["listed_because"].fillna(""), table["cause_because"].fillna(""), strict=True)
    return pd.Series([joined(list(pair), language) for pair in pairs], index=table.index, dtype="str")


def _accounts(scored: pd.DataFrame, context: pd.DataFrame) -> pd.DataFrame:
    """Scored accounts and announced leavers, the latter stripped of any score, with their context."""
    _refuse_wrong_input(scored, context)
    leaving = context.loc[context["announced"], "account_id"]
    scores = scored[~scored["account_id"].isin(leaving)].drop(columns=CONTEXT[1:], errors="ignore")
    rows = context[context["account_id"].isin(scores["account_id"]) | context["announced"]]
    return rows[CONTEXT].merge(scores, on="account_id", how="left").reset_index(drop=True)


def _plays(table: pd.DataFrame, plays: Playbook, columns: tuple[Column, ...]) -> pd.Series:
    cases = cases_of(table, columns)
    return pd.Series([plays.play_for(case) for case in cases], index=table.index, dtype="str")


def _refuse_wrong_input(scored: pd.DataFrame, context: pd.DataFrame) -> None:
    for frame, title in ((scored, "scores"), (context, "context")):
        repeats = frame.loc[frame["account_id"].duplicated(), "account_id"]
        if len(repeats):
            raise Problem(f"The {title} hold account {repeats.iloc[0]} more than once; pass one row an account.")
    dates = sorted({*scored["as_of"], *context["as_of"]})
    if len(dates) > 1:
        raise Problem(f"Scores and context speak for {len(dates)} dates, first {dates[0]:%Y-%m-%d}; pass one.")
    unknown = sorted(set(scored["account_id"]) - set(context["account_id"]))
    if unknown:
        raise Problem(f"{len(unknown)} scored accounts have no context, first {unknown[0]}; pass a row for each.")
