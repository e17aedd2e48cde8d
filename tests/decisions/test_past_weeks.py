"""Each week of a history holds what could be known in it, and nothing else."""

import numpy as np
import pandas as pd
from decision_tables import USERS, context, snapshots

from leadline.decisions.past_weeks import past_weeks
from leadline.experiment import Outcomes

WEEKS = pd.date_range("2024-01-01", periods=20, freq="7D").as_unit("us")
SETTINGS = Outcomes(mode="contract", lead_days=0, horizon_days=14, grace_days=0)
ACCOUNTS = ["a", "b"]


def frames(weeks: pd.DatetimeIndex = WEEKS) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """a's users fall by one a week, b's stay at 100; a leaves after week 18, which is known two days late."""
    rows = [(a, t, 100.0 - (i if a == "a" else 0)) for i, t in enumerate(weeks) for a in ACCOUNTS]
    contexts = pd.concat([context(ACCOUNTS, t) for t in weeks], ignore_index=True)
    keys = contexts[["account_id", "as_of"]]
    left = keys["account_id"].eq("a") & (keys["as_of"] + pd.Timedelta(days=14) >= WEEKS[18])
    outcomes = keys.assign(
        outcome="churn", observed=left.astype("int64"), known_at=pd.NaT,
        happened_at=pd.Series(WEEKS[18], index=keys.index).where(left),
    )  # fmt: skip
    stayed = (keys["as_of"] + pd.Timedelta(days=16)).where(~left)
    chances = keys.assign(p=np.where(keys["as_of"] >= WEEKS[14], 0.2, np.nan), p_next=0.3)
    return snapshots(rows), contexts, outcomes.assign(known_at=stayed), chances


def walked(weeks: pd.DatetimeIndex = WEEKS) -> list:
    snapshot, contexts, outcomes, chances = frames(weeks)
    return list(past_weeks(snapshot, contexts, outcomes, chances, (USERS,), SETTINGS))


def test_a_week_and_the_week_before_it_stand_side_by_side() -> None:
    weeks = walked()
    assert [w.now.as_of for w in weeks] == list(WEEKS[14:])
    first = weeks[0]
    assert first.before.as_of == WEEKS[13]
    assert first.now.accounts["p_churn"].tolist() == [0.2, 0.2]
    assert first.before.accounts["p_churn"].tolist() == [0.3, 0.3]
    fall = first.now.falls.set_index("account_id").loc["a"]
    assert (fall["now"], fall["baseline"]) == (86, np.mean([90, 94, 98]))
    assert first.before.falls["as_of"].unique().tolist() == [WEEKS[13]]


def test_only_settled_weeks_teach_with_labels_as_known_then() -> None:
    """As of week 17 rows of weeks 13 to 15 are settled (14 days); that b stayed after the last is known later."""
    week = next(w for w in walked() if w.now.as_of == WEEKS[17])
    labels = week.settled.set_index(["account_id", "as_of"])["observed"]
    assert sorted(labels.index.get_level_values("as_of").unique()) == list(WEEKS[13:16])
    assert labels[("b", WEEKS[14])] == 0
    assert labels[("b", WEEKS[15])] == 1
    assert (week.settled["arr"] == 12000).all()


def test_a_longer_log_does_not_change_a_week() -> None:
    short, whole = walked(WEEKS[:18]), walked()
    for one, two in zip(short, whole, strict=False):
        pd.testing.assert_frame_equal(one.now.falls, two.now.falls)
        pd.testing.assert_frame_equal(one.now.accounts, two.now.accounts)
        pd.testing.assert_frame_equal(one.settled, two.settled)
