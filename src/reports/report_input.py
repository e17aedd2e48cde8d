"""What a report is made from: frames and facts already computed, never a database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from leadline.effects.findings import Findings
from leadline.experiment import Experiment

CONTEXT = {"account_id": "str", "segment": "str", "term_end": "datetime64[us]"}


@dataclass(frozen=True)
class ReportInput:
    """One week of an experiment, as the leader is to read it.

    - `scored_accounts`: a row per account; listed rows have a `listed_because`; `arr` is NaN where unknown.
    - `thresholds`: a row per as-of date, group and indicator; the latest date is in force, earlier ones are history.
    - `metrics`: outcome, model ("p" is ours), slice ("all", "due_for_renewal", or ending in a date), metric,
      value, low, high, n, positives.
    - `predictions`: outcome, account_id, as_of, observed, p (forward tests).
    - `verdicts`: per outcome, one sentence on whether the model is to be believed, or which rule is used.
    - `facts`: accounts, events, users (counts), known_until (instant), quarantined (frame: table,
      column, reason, rows); every other key is printed among the versions.
    - `arr_movement`: month, start, new, expansion, contraction, churn, end; losses of either sign; None
      where there are no contracts.
    - `kpis`: two rows a KPI, of this quarter and of the one before (see features.team_kpis); None: not counted.
    - `effects`: what can be said of stepping in (see effects.findings); None: not asked.
    - `before`: scored_accounts of the list published before this one; None: this is the first.
    - `lists`: account_id, as_of of every list published before; None where there is none.
    - `forecast`: as_of, measure, quarters, estimate, low, high (80%), as published; None: not told.
    - `context`: account_id, segment, term_end (NaT where no term runs) as of the date; None: not known.
    - `usage`: account_id, week (the instant that ends it), events; weeks without any are left out; None: not counted.
    - `segments`: a row for all accounts, then one a segment (see features.segments); None: not counted.
    - `gates`: what was checked before publishing, the nearest to its limit first (see decisions.gates); None: nothing.
    - `track_record`: published lists whose outcomes are known (see models.track_record); None: not kept.
    - `briefs`: account_id -> where its brief lies, seen from the report.
    """

    experiment: Experiment
    as_of: pd.Timestamp
    scored_accounts: pd.DataFrame
    thresholds: pd.DataFrame
    metrics: pd.DataFrame
    predictions: pd.DataFrame
    verdicts: dict[str, str]
    facts: dict[str, Any]
    arr_movement: pd.DataFrame | None = None
    kpis: pd.DataFrame | None = None
    effects: Findings | None = None
    before: pd.DataFrame | None = None
    lists: pd.DataFrame | None = None
    forecast: pd.DataFrame | None = None
    context: pd.DataFrame | None = None
    usage: pd.DataFrame | None = None
    segments: pd.DataFrame | None = None
    gates: pd.DataFrame | None = None
    track_record: pd.DataFrame | None = None
    briefs: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_money(self) -> bool:
        """Whether any account's ARR is known; if none is, counts take the place of money."""
        return bool(self.scored_accounts["arr"].notna().any())

    @property
    def stake(self) -> "pd.Series[float]":
        """What each account is expected to cost: ARR x P(churn), or P(churn) where no money is known."""
        return stake_of(self.scored_accounts, self.has_money)

    @property
    def days(self) -> int:
        """Days from the as-of date to the end of the outcome window."""
        return self.experiment.outcomes.window_days

    @property
    def arr(self) -> float:
        """ARR of all accounts; 0 where none is known."""
        return float(self.scored_accounts["arr"].sum())

    @property
    def loss(self) -> float:
        """What is expected to be lost: money, or a number of accounts."""
        return float(self.stake.sum())

    def unscored(self) -> pd.DataFrame:
        """Accounts without a risk, such as those that announced leaving."""
        return self.scored_accounts[self.scored_accounts["p_churn"].isna()]

    def by_stake(self) -> pd.DataFrame:
        """All accounts, the largest stake first; `stake`, `listed`, `segment` and `term_end` beside."""
        accounts = self.scored_accounts.assign(stake=self.stake, listed=is_listed(self.scored_accounts))
        context = pd.DataFrame(columns=list(CONTEXT)).astype(CONTEXT) if self.context is None else self.context
        accounts = accounts.merge(context, on="account_id", how="left", validate="one_to_one")
        order = ["stake", "p_churn", "account_id"]
        return accounts.sort_values(order, ascending=[False, False, True], kind="stable")

    def to_talk_to(self) -> pd.DataFrame:
        """The listed accounts a person is to call this week: those held out are left alone."""
        return to_call(self.by_stake())

    def held_out(self) -> int:
        """How many listed accounts were drawn to be left alone."""
        return int((is_listed(self.scored_accounts) & self.scored_accounts["arm"].eq("holdout")).sum())


def stake_of(accounts: pd.DataFrame, has_money: bool) -> "pd.Series[float]":
    """What each account of a list is expected to cost, in money or in accounts; 0 where that is not known."""
    return accounts["expected_loss" if has_money else "p_churn"].fillna(0.0).astype(float)


def to_call(accounts: pd.DataFrame) -> pd.DataFrame:
    """The rows of a list that a person is to call: listed, and not drawn to be left alone."""
    return accounts[is_listed(accounts) & accounts["arm"].ne("holdout")]


def is_listed(accounts: pd.DataFrame) -> "pd.Series[bool]":
    """Which accounts are on the list: those with a reason to be."""
    return accounts["listed_because"].fillna("").astype(str).str.strip().ne("")


def known(text: Any) -> str:
    """A text cell as a string, empty where it is missing."""
    return "" if pd.isna(text) else str(text).strip()


def name_of(account: "pd.Series[Any]") -> str:
    """An account's name, or its id where it has none."""
    return known(account["name"]) or str(account["account_id"])


def reasons_of(account: "pd.Series[Any]") -> tuple[str, ...]:
    """The sentences of an account's reasons, the strongest first."""
    sentences = (known(account[f"driver_{k}_sentence"]) for k in (1, 2, 3))
    return tuple(sentence for sentence in sentences if sentence)


def share(part: float, whole: float) -> float:
    """A part of a whole; NaN of nothing."""
    return part / whole if whole else float("nan")
