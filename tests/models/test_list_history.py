"""Lists over time, on tables a person can check: ten accounts, so that one place is in the top tenth."""

import numpy as np
import pandas as pd
import pytest

from leadline.models.bootstrap import account_counts
from leadline.models.list_history import history, lead_days, list_history

DATES = pd.date_range("2024-01-01", periods=4, freq="30D").as_unit("us")
NAMES = list("abcdefghij")
LEFT = pd.Timestamp("2024-05-30")  # 60 days after the last test date


def table(first: str, left: dict[str, pd.Timestamp], absent: tuple[tuple[str, int], ...] = ()) -> pd.DataFrame:
    """Rows of every account and date; `first` names who ranks highest on each of the dates."""
    dates = enumerate(DATES[: len(first)])
    rows = pd.DataFrame([(name, date, i) for i, date in dates for name in NAMES if (name, i) not in absent])
    rows.columns = ["account_id", "as_of", "number"]
    rows["p"] = [0.9 if name == first[i] else 0.1 for name, i in zip(rows["account_id"], rows["number"], strict=True)]
    happened = pd.to_datetime(rows["account_id"].map(left))
    near = happened - rows["as_of"] <= pd.Timedelta(days=100)
    return rows.assign(observed=near.astype(int), happened_at=happened.where(near).astype("datetime64[us]"))


def measured(rows: pd.DataFrame, capacity: int = 1) -> dict[str, float]:
    counts = account_counts(rows["account_id"], 0, 1)
    found = list_history(rows, history(rows), rows["p"].to_numpy(), capacity, counts)
    return {name: float(values[0]) for name, (values, _, _) in found.items()}


@pytest.mark.parametrize(
    ("first", "days"),
    [
        ("aaaa", 150),  # from the first date on
        ("baaa", 120),
        ("abaa", 90),  # an earlier flag did not last
        ("bbba", None),  # one flag alone does not last
        ("aaab", None),  # nor one that was taken back
        ("bbbb", None),
    ],
)
def test_lead_days_count_from_the_first_flag_that_lasts(first: str, days: int | None) -> None:
    found = measured(table(first, {"a": LEFT}))
    assert found["leavers_flagged"] == (days is not None)
    assert found["lead_days_median"] == pytest.approx(days or np.nan, nan_ok=True)


def test_one_flag_is_enough_of_an_account_scored_once() -> None:
    only_once = tuple(("a", i) for i in range(3))
    assert measured(table("bbba", {"a": LEFT}, only_once))["lead_days_median"] == 60


def test_a_date_on_which_it_was_not_scored_breaks_no_flag() -> None:
    assert measured(table("aaba", {"a": LEFT}, (("a", 2),)))["lead_days_median"] == 150


def test_flags_after_an_account_left_warn_of_nothing() -> None:
    assert measured(table("bbaa", {"a": DATES[2]}))["leavers_flagged"] == 0
    assert measured(table("aabb", {"a": DATES[2]}))["lead_days_median"] == 60


def test_who_comes_back_and_leaves_again_is_two_leavers() -> None:
    rows = table("aaaa", {"a": LEFT})
    early = rows["account_id"].eq("a") & rows["as_of"].lt(DATES[2])
    rows = rows.assign(observed=rows["observed"].mask(early, 1), happened_at=rows["happened_at"].mask(early, DATES[2]))
    links = history(rows)
    assert list(links.leavers["happened_at"]) == [DATES[2], LEFT]
    tenth = rows["account_id"].eq("a").to_numpy(dtype=float)
    assert list(lead_days(rows["as_of"], links, tenth)) == [60, 90]


def test_quartiles_are_over_the_leavers_that_were_flagged() -> None:
    times = {name: LEFT + pd.Timedelta(days=10 * i) for i, name in enumerate("abcd")}
    rows = table("eeee", times)
    rows = pd.concat([rows, rows.assign(account_id=rows["account_id"].str.upper(), observed=0, happened_at=pd.NaT)])
    rows = pd.concat([rows, *(rows.assign(account_id=rows["account_id"] + f"{i}", p=0.1, observed=0) for i in "12")])
    rows = rows.assign(happened_at=rows["happened_at"].where(rows["observed"] == 1)).reset_index(drop=True)
    rows["p"] = np.where(rows["account_id"].isin(list("abc")), 0.8, rows["p"])  # of sixty, six places
    found = measured(rows)
    assert found["leavers_flagged"] == 3 / 4
    assert (found["lead_days_q25"], found["lead_days_median"], found["lead_days_q75"]) == (150, 160, 170)


@pytest.mark.parametrize(("first", "kept"), [("aaaa", 1), ("aabb", 2 / 3), ("abab", 0)])
def test_how_much_of_a_list_is_on_the_next(first: str, kept: float) -> None:
    assert measured(table(first, {}))["kept_at_capacity"] == pytest.approx(kept)
    assert measured(table(first, {}))["kept_top_tenth"] == pytest.approx(kept)


def test_only_accounts_scored_on_both_dates_count() -> None:
    assert measured(table("aab", {}, (("a", 2),)))["kept_at_capacity"] == 1


def test_a_list_that_tells_nobody_apart_keeps_what_chance_does() -> None:
    rows = table("aaaa", {}).assign(p=0.5)
    assert measured(rows, capacity=4)["kept_at_capacity"] == pytest.approx(0.4)


def test_without_dates_of_departure_nothing_is_said_of_lead_days() -> None:
    assert set(measured(table("aaaa", {}))) == {"kept_top_tenth", "kept_at_capacity"}


def test_redrawn_accounts_widen_the_share_flagged() -> None:
    rows = table("aaaa", {"a": LEFT, "b": LEFT})
    counts = account_counts(rows["account_id"], 200, 1)
    share = list_history(rows, history(rows), rows["p"].to_numpy(), 1, counts)["leavers_flagged"][0]
    assert share[0] == 0.5
    assert {0.0, 1.0} <= set(share[1:][np.isfinite(share[1:])])
