"""What became of accounts after a listing, on tables a person can check."""

import duckdb
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.experiment import Outcomes
from leadline.features.after_listing import after_listing, usage

LISTED = pd.Timestamp("2024-01-01")
DAY = pd.Timedelta(days=1)
CONTRACT = Outcomes(mode="contract", grace_days=30)


def at(days: float) -> pd.Timestamp:
    return LISTED + days * DAY


def relations(rows: list[tuple[str, float, float, float, float]], events: list[tuple[str, float, float]]) -> dict:
    """Contracts (account, start, end, mrr, known) and events (account, occurred, received), in days from listing."""
    terms = pd.DataFrame(rows, columns=["account_id", "start_date", "end_date", "mrr", "known_at"])
    log = pd.DataFrame(events, columns=["account_id", "occurred_at", "received_at"])
    for frame, names in ((terms, ("start_date", "end_date", "known_at")), (log, ("occurred_at", "received_at"))):
        for name in names:
            frame[name] = (LISTED + pd.to_timedelta(frame[name], unit="D")).astype("datetime64[us]")
    terms = terms.assign(seats=1, product="plan", billing_months=12)
    return {"subscriptions": duckdb.from_df(terms), "events": duckdb.from_df(log)}


def listed(*accounts: str) -> pd.DataFrame:
    dates = pd.Series([LISTED] * len(accounts)).astype("datetime64[us]")
    return pd.DataFrame({"account_id": pd.Series(accounts, dtype="str"), "as_of": dates})


def found(source: dict, accounts: pd.DataFrame, until: float) -> pd.DataFrame:
    return after_listing(source, accounts, CONTRACT, at(until)).set_index(["account_id", "weeks"])


CONTRACTS = [
    ("leaver", -300, 40, 100.0, -300),
    ("renews late", -300, 40, 100.0, -300),
    ("renews late", 40, 400, 80.0, 55),
    ("gap", -300, 50, 100.0, -300),
    ("gap", 60, 400, 90.0, 60),
    ("long gone", -300, -60, 100.0, -300),
    ("grows", -300, 400, 100.0, -300),
    ("grows", 30, 400, 50.0, 30),
]


def test_by_eye() -> None:
    seen = found(relations(CONTRACTS, []), listed("leaver", "renews late", "grows"), until=300)
    assert seen["left"].unstack().values.tolist() == [[0, 0, 0], [0, 1, 1], [0, 0, 0]]  # grows, leaver, renews late
    assert seen["arr"].unstack().values.tolist() == [[1200, 1800, 1800], [1200, 0, 0], [1200, 960, 960]]


def test_what_cannot_be_known_yet_is_missing_and_no_zero() -> None:
    seen = found(relations(CONTRACTS, []), listed("leaver"), until=28 + 30)
    assert seen["left"].isna().tolist() == [False, True, True]
    assert seen["events"].isna().tolist() == [False, False, True]


def test_events_of_four_weeks_up_to_then_as_known_by_now() -> None:
    days = [(-1.0, -1.0), (0.0, 0.0), (27.5, 27.5), (28.0, 28.0), (50.0, 50.0), (50.0, 400.0)]
    log = [("a", occurred, received) for occurred, received in days]
    seen = found(relations([("a", -300, 400, 1.0, -300)], log), listed("a"), until=300)
    assert seen["events"].tolist() == [2, 2, 0]  # days 0 to 28, 28 to 56 (one arrived too late), 56 to 84


def test_usage_before_listing_ends_with_it() -> None:
    source = relations([], [("a", -28.0, -28.0), ("a", -28.1, -28.1), ("a", -0.1, -0.1), ("a", 0.0, 0.0)])
    assert usage(source["events"], listed("a", "silent"), 0, at(10)).tolist() == [2, 0]


@settings(deadline=None, max_examples=20)
@given(st.permutations(["leaver", "renews late", "grows"]), st.integers(60, 300), st.integers(0, 100))
def test_order_changes_nothing_and_what_is_said_once_stays_said(order: list[str], until: int, later: int) -> None:
    source = relations(CONTRACTS, [("grows", 5.0, 5.0)])
    one, other = found(source, listed(*order), until), found(source, listed(*sorted(order)), until + later)
    for name in ("left", "arr", "events"):
        known = one[name].dropna()
        pd.testing.assert_series_equal(known, other[name].loc[known.index])


def test_a_gap_that_was_bridged_is_no_loss_and_one_long_gone_is_no_stayer() -> None:
    seen = found(relations(CONTRACTS, []), listed("gap", "long gone"), until=300)
    assert seen.loc["gap", "left"].tolist() == [0, 0, 0]
    assert seen.loc["gap", "arr"].tolist() == [1200, 1080, 1080]  # at 8 weeks it stood between two contracts
    assert seen.loc["long gone", "left"].isna().all()
