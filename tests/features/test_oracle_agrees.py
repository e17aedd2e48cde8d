"""Every indicator equals a plain pandas implementation that shares nothing with the engine, on random logs."""

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bench.plain_pandas import plain_indicators
from leadline.features.catalogue import catalogue
from leadline.features.engine import DuckDBEngine, PandasEngine
from leadline.features.snapshots import Log, available, snapshots

START = pd.Timestamp("2024-01-01").as_unit("us")
DAYS = 200
DATES = [START + pd.Timedelta(days=d) for d in (21, 126, 203)]
MODULES = ("x", "y")
HOUR = pd.Timedelta(hours=1)
whenever = st.integers(0, DAYS * 24)
later = st.none() | st.integers(1, 90 * 24)  # hours after
account = st.sampled_from("ab")
person = st.sampled_from(["ann", "bob", "cid", "dan", None])
late = st.sampled_from([0, 0, 0, 1, 30, 24 * 7, 24 * 40])

TABLES = {
    "events": (st.tuples(account, person, whenever, late, st.sampled_from(["core", "view", "other"]),
                         st.sampled_from(["x", "y", "z", None]), st.sampled_from(["s", "t", None]),
                         st.sampled_from([None, 0.5, 90.0])),
               "account_id user_id occurred_at received_at action module session_id duration_s", 120),
    "users": (st.tuples(account, st.sampled_from(["ann", "bob", "eve"]), whenever, later,
                        st.sampled_from(["member", "admin", "champion"])),
              "account_id user_id created_at deactivated_at role", 4),
    "subscriptions": (st.tuples(account, st.integers(0, DAYS // 30), st.integers(1, 6),
                                st.sampled_from([0.0, 100.0, 250.1]), st.sampled_from(["plan", "more"]),
                                st.sampled_from([None, 5.0]),
                                st.sampled_from([1.0, 3.0]), st.sampled_from([None, 0.1, 0.25])),
                      "account_id start_date end_date mrr product seats billing_months discount", 6),
    "tickets": (st.tuples(account, whenever, later, st.sampled_from(["low", "Urgent", None]),
                          st.sampled_from([None, 3.0, 4.0])),
                "account_id opened_at closed_at priority csat", 12),
    "surveys": (st.tuples(account, whenever, st.sampled_from([0.0, 7.0, 10.0])), "account_id answered_at score", 4),
    "invoices": (st.tuples(account, whenever, later), "account_id due_date paid_at", 6),
    "referrals": (st.tuples(account, whenever), "account_id referred_at", 4),
}  # fmt: skip
TEXT = ("account_id", "user_id", "action", "module", "session_id", "role", "product", "priority")
AFTER = {"received_at": "occurred_at", "deactivated_at": "created_at", "closed_at": "opened_at", "paid_at": "due_date"}
plain = settings(max_examples=5, deadline=None, derandomize=True, phases=[Phase.generate],
                 suppress_health_check=list(HealthCheck))  # fmt: skip
companies = st.fixed_dictionaries({name: st.lists(row, max_size=most) for name, (row, _, most) in TABLES.items()})


def company(rows: dict[str, list[tuple]]) -> dict[str, pd.DataFrame]:
    """Contract tables of drawn rows: hours since the start become instants, hours after become instants after."""
    tables = {name: typed(pd.DataFrame(rows[name], columns=TABLES[name][1].split())) for name in TABLES}
    tables["users"] = tables["users"].drop_duplicates(["account_id", "user_id"])
    tables["accounts"] = typed(pd.DataFrame({"account_id": ["a", "b"], "created_at": [-24, 30]}))
    return tables


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    if "start_date" in frame:
        begins = frame["start_date"].to_numpy(dtype="float64") * 30 * 24
        frame = frame.assign(start_date=begins, end_date=begins + frame["end_date"].to_numpy(dtype="float64") * 30 * 24)
    for column in frame:
        if column.endswith(("_at", "_date")):
            hours = frame[column].astype("float64")
            frame[column] = hours + frame[AFTER[column]].astype("float64") if column in AFTER else hours
    for column in frame:
        if column.endswith(("_at", "_date")):
            frame[column] = (START + frame[column] * HOUR).astype("datetime64[us]")
        else:
            frame[column] = frame[column].astype("str" if column in TEXT else "float64")
    return frame


def with_terms(subscriptions: pd.DataFrame) -> pd.DataFrame:
    known = subscriptions.assign(known_at=subscriptions["start_date"])
    return known.assign(term_end=term_ends(known))


def term_ends(terms: pd.DataFrame) -> pd.Series:
    """The end of each term, no earlier than its billing period unless it ends with a whole term known by then: what
    `with_term_end` says in SQL."""
    months = zip(terms["start_date"], terms["billing_months"], strict=True)
    billed = pd.Series([start + pd.DateOffset(months=int(count)) for start, count in months], index=terms.index)
    agreed = billed.where(billed > terms["end_date"], terms["end_date"])
    whole = terms[agreed == terms["end_date"]].groupby(["account_id", "end_date"])["known_at"].min()
    first = pd.Series([whole.get(key) for key in zip(terms["account_id"], terms["end_date"], strict=True)], terms.index)
    ends = terms["end_date"].where(pd.to_datetime(first) <= terms["known_at"], agreed)
    return ends.astype("datetime64[us]")


def ours(engine, tables: dict[str, pd.DataFrame], grid: pd.DataFrame) -> pd.DataFrame:
    durations = bool(tables["events"]["duration_s"].notna().any())
    ids = bool(tables["events"]["session_id"].notna().any())
    frames = {name: engine.table(frame) for name, frame in tables.items()}
    log = Log(frames, ("core",), ("view",), MODULES, ids, durations)
    return snapshots(engine, log, grid, available(catalogue(MODULES), log))


def assert_agree(found: pd.DataFrame, plain: pd.DataFrame) -> None:
    plain = plain.sort_values(["as_of", "account_id"], ignore_index=True)
    assert set(found.columns) == set(plain.columns)
    for name in found.columns.drop(["account_id", "as_of"]):
        wrong = ~np.isclose(found[name], plain[name], rtol=1e-9, atol=1e-7, equal_nan=True)
        shown = pd.DataFrame({"as_of": found["as_of"], "account": found["account_id"], "ours": found[name],
                              "plain": plain[name]})[wrong]  # fmt: skip
        assert not wrong.any(), f"{name}:\n{shown.head()}"


drawn = {"deadline": None, "suppress_health_check": list(HealthCheck), "derandomize": True, "phases": [Phase.generate]}


@settings(max_examples=12, **drawn)
@given(rows=companies)
def test_every_indicator_agrees_with_plain_pandas(rows):
    agrees(DuckDBEngine(), rows)


@settings(max_examples=5, **drawn)  # eight times slower, and held to DuckDB's answers elsewhere
@given(rows=companies)
def test_every_indicator_agrees_on_the_pandas_engine(rows):
    agrees(PandasEngine(), rows)


def agrees(engine, rows: dict[str, list[tuple]]) -> None:
    tables = company(rows)
    tables["subscriptions"] = with_terms(tables["subscriptions"])
    grid = tables["accounts"][["account_id"]].merge(pd.DataFrame({"as_of": DATES}), how="cross")
    grid["as_of"] = grid["as_of"].astype("datetime64[us]")
    grid = grid[(grid["account_id"] == "a") | (grid["as_of"] > DATES[0])]
    assert_agree(ours(engine, tables, grid), plain_indicators(tables, grid, ("core",), ("view",), MODULES))
