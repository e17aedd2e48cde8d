"""The plain pandas oracle against tables counted by hand; instants are days before the as-of date, '-' is null."""

from io import StringIO
from math import isnan, log

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.plain_pandas import plain_indicators

AS_OF = pd.Timestamp("2024-06-03").as_unit("us")
TEXTS = ("account_id", "user_id", "action", "module", "session_id", "role", "product", "priority")
MINUTE = 1 / 1440
OTHERS = {
    "users": "user_id role created_at deactivated_at",
    "subscriptions": "start_date end_date known_at term_end mrr seats product discount",
    "tickets": "opened_at closed_at priority csat",
    "surveys": "answered_at score",
    "invoices": "due_date paid_at",
    "referrals": "referred_at",
}


def table(text: str, as_of: pd.Timestamp = AS_OF, **defaults: str) -> pd.DataFrame:
    """A table of words: columns named `..._at` or `..._date` are days ago, other columns numbers or texts."""
    rows = pd.read_csv(
        StringIO(text), sep=r"\s+", na_values="-", keep_default_na=False, dtype=dict.fromkeys(TEXTS, "str")
    )
    rows = rows.assign(**{name: value for name, value in defaults.items() if name not in rows})
    for column in rows:
        if column.endswith(("_at", "_date", "_end")):
            ago = (rows[column].astype("float64") * 86_400_000).round()
            rows[column] = (as_of - pd.to_timedelta(ago, unit="ms")).astype("datetime64[us]")
    return rows


def log_of(text: str, as_of: pd.Timestamp = AS_OF) -> pd.DataFrame:
    """Events received when they occurred, core actions of ann in module m, unless the text says otherwise."""
    given_at = table(text, as_of, account_id="a", user_id="ann", action="core", module="m")
    return given_at.assign(received_at=given_at.get("received_at", given_at["occurred_at"]))


def row(events: str = "occurred_at\n", as_of: pd.Timestamp = AS_OF, created: float = 400, **others: str) -> pd.Series:
    """Every indicator of account a."""
    accounts = pd.DataFrame({"account_id": ["a"], "created_at": [as_of - pd.Timedelta(days=created)]})
    tables = {name: table(text, as_of, account_id="a") for name, text in others.items()}
    tables |= {"events": log_of(events, as_of), "accounts": accounts}
    grid = pd.DataFrame({"account_id": ["a"], "as_of": [as_of]})
    return plain_indicators(tables, grid, ("core",), ("view",), ("m",)).iloc[0]


def expect(found: pd.Series, **values: float) -> None:
    assert found[list(values)].to_dict() == pytest.approx(values, nan_ok=True)


@pytest.mark.parametrize("as_of", [AS_OF, AS_OF + pd.Timedelta(days=2, hours=9, minutes=17)])
def test_a_window_holds_its_first_instant_and_not_the_as_of_date(as_of):
    found = row("occurred_at\n0\n7\n28\n28.5\n", as_of)
    expect(found, events_7=1, events_28=2, events_84=3, events_182=3, days_since_last_event=7, active_days_84=3)


def test_what_arrives_at_the_as_of_date_or_later_is_not_known():
    found = row("occurred_at received_at user_id\n10 0 bob\n10 -3 bob\n9 0.5 cid\n")
    expect(found, events_28=1, active_users_28=1, days_since_last_event=9)


def test_a_user_is_new_by_when_the_first_event_arrived():
    late, early = "60 3 ann\n", "60 60 ann\n"
    head, now = "occurred_at received_at user_id\n", "2 2 ann\n"
    expect(row(head + late + now), new_users=1, returned_users=0, kept_users_share=1)
    expect(row(head + early + now), new_users=0, returned_users=0, kept_users_share=1)
    expect(row(head + "120 120 ann\n" + now), new_users=0, returned_users=1)
    expect(row(head + early), lost_users=1, kept_users_share=0, new_users=0)


@pytest.mark.parametrize(
    ("minutes", "begun"),
    [([60, 90], 1), ([60, 91], 2), ([60, 80, 100, 120], 1), ([1430, 1450], 2), ([1440, 1450], 2), ([1430, 1440], 1)],
)
def test_a_session_ends_after_30_minutes_and_at_midnight(minutes, begun):
    # an event exactly at midnight, 1440 minutes before the as-of date, belongs to the later day
    expect(row("occurred_at\n" + "".join(f"{m * MINUTE}\n" for m in minutes)), sessions_7=begun)


def test_sessions_are_of_one_user_and_one_week_of_arrival():
    head = "occurred_at received_at user_id\n"
    expect(row(f"{head}0.5 0.5 ann\n0.5 0.5 bob\n0.5 0.5 -\n0.5 0.5 -\n"), sessions_7=3, events_7=4, active_users_7=2)
    expect(row(f"{head}20 20 ann\n20 2 ann\n"), sessions_28=2)


def test_a_given_session_is_one_for_its_user_and_week():
    head = "occurred_at received_at session_id\n"
    expect(row(f"{head}6.5 6.5 s\n6 6 s\n5 5 t\n"), sessions_7=2, sessions_28=2)
    expect(row(f"{head}8 8 s\n6 6 s\n"), sessions_7=1, sessions_28=2)
    expect(
        row(
            f"{head}6.5 6.5 s\n6 6 s\n",
        ),
        sessions_28=1,
    )


def test_decline_is_measured_by_cusum_run_slope_and_best_month():
    weekly = [0, 1, *[2] * 14]  # the last week first
    days = "".join(f"{7 * i + 1}\n" * n for i, n in enumerate(weekly))
    steps = 4 * (log(3) - log(2)) - 0.5, 4 * log(3) - 0.5  # sigma is at least 1/4
    logs = [log(3)] * 6 + [log(2), 0]  # oldest first
    slope = sum((i - 3.5) * x for i, x in enumerate(logs)) / 42
    mean = sum(logs) / 8
    spread = (sum((x - mean) ** 2 for x in logs) / 8) ** 0.5
    found = row("occurred_at\n" + days)
    expect(found, decline_cusum=sum(steps), weeks_since_change=2, weeks_of_decline=2, drop_from_best=3 / 8)
    expect(found, events_slope_56=slope, volatility_56=spread, events_trend=(5 / 4) / 2 - 1, events_week_change=-1)
    expect(found, users_trend=(3 / 4) / 1 - 1)


def test_the_market_is_the_median_of_accounts_in_use():
    text = "account_id occurred_at\na 1\na 8\na 8\nb 1\nb 8\nc 1\nc 1\nc 8\nd 100\ne 100\nf 100\n"
    grid = pd.DataFrame({"account_id": [*"fedcba", "none"], "as_of": AS_OF})
    accounts = grid[["account_id"]].assign(created_at=AS_OF - pd.Timedelta(days=400))
    found = plain_indicators({"events": log_of(text), "accounts": accounts}, grid, ("core",), ())
    assert found["account_id"].tolist() == [*"abcdef", "none"]
    of = found.set_index("account_id")
    assert of["events_week_change_vs_market"].tolist()[:3] == [-0.5, 0, 1]
    assert of["events_week_change_vs_market"].isna().tolist() == [False] * 3 + [True] * 4
    assert of["drop_from_best"].tolist() == [0, 0, 0, 1, 1, 1, 0]
    assert of["drop_from_best_vs_market"].tolist()[:6] == [0, 0, 0, 1, 1, 1]
    assert isnan(of.loc["none", "drop_from_best_vs_market"])
    assert not {"mrr", "tickets_per_user", "minutes_7", "last_nps", "key_users_departed"} & set(found)


LED = (
    "occurred_at user_id action\n"
    "30 bob core\n31 bob core\n5 bob view\n"  # two core actions
    "30 eve core\n31 eve view\n32 eve view\n"  # one, three events
    "30 dan core\n31 dan view\n"  # one, two events: third by name, before fay
    "30 fay core\n31 fay view\n"
    "40 ann view\n41 ann view\n42 ann view\n43 ann view\n1 ann core\n"  # most events, none core
)


def test_key_users_by_behaviour():
    expect(row(LED), key_users=3, silent_key_users=2, key_users_silence=5, key_users_trend=(1 / 4) / (7 / 12) - 1)
    expect(row(), key_users=0, silent_key_users=0, key_users_silence=float("nan"))


def test_key_users_by_role():
    people = (
        "user_id role created_at deactivated_at\n"
        "ann admin 300 -\nzoe executive - -\nbob champion 300 20\neve member 300 -\nnew admin -1 -\ndan admin 300 0\n"
        "old admin 300 84\nfar admin 300 85\n"
    )
    found = row(LED, users=people)  # ann, zoe (never seen) and dan (leaves at the as-of date) are key
    expect(found, key_users=3, silent_key_users=2, key_users_silence=1, key_users_departed=2)
    expect(found, key_users_trend=(1 / 4) / (6 / 12) - 1)
    gone = "user_id role created_at deactivated_at\nbob admin 300 20\n"
    expect(row(LED, users=gone), key_users=0, silent_key_users=0)
    expect(row(LED, users=gone.replace("admin", "member")), key_users=3)


def test_milestones_ever_reached_and_overdue():
    head = "occurred_at user_id module action\n"
    expect(row(head), milestones_done=0, milestones_overdue=5)
    expect(row(head, created=7), milestones_overdue=0)
    expect(row(head, created=30.5), milestones_overdue=4)
    four = f"{head}300 ann x view\n299 bob y core\n298 - - view\n297 - - view\n"
    expect(row(four), milestones_done=4, milestones_overdue=1, days_to_first_value=101)
    expect(row(f"{four}296 ann x view\n"), milestones_done=5, milestones_overdue=0, usual_gap=1, recency_in_gaps=296)
    expect(row("occurred_at\n500\n"), milestones_done=2, days_to_first_value=0)


def test_breadth_depth_and_concentration():
    rows = "9 ann x core\n8 ann x core\n7 bob x view\n6 bob y other\n5 cid - view\n60 ann z view\n60 ann x view\n"
    found = row("occurred_at user_id module action\n" + rows)
    expect(found, modules_used_28=2, modules_abandoned=1, modules_adopted=1, top_module_share_28=3 / 4)
    expect(found, module_entropy_28=-(3 / 4 * log(3 / 4) + 1 / 4 * log(1 / 4)), user_concentration_28=9 / 25)
    expect(found, core_share_28=2 / 4, core_users_share_28=1 / 3, core_per_user_28=2 / 3, stickiness_28=5 / 28 / 3)
    expect(found, users_growing_share=1, module_events_m_28=0)


def test_contract_states():
    head = "start_date end_date known_at term_end mrr seats product discount\n"
    plan = "400 200 400 200 100 5 plan -\n200 -30 200 -60 100.5 5 plan 0.1\n100 0 100 0 20 - addon -\n"
    late = "10 -90 0 -90 500 50 plan 0.9\n300 0.5 300 0 7 7 addon 0.3\n"
    found = row("occurred_at\n5\n", subscriptions=head + plan + late)
    expect(found, mrr=120.5, seats=5, products=2, discount=0.1, days_to_term_end=60, stage=3, mrr_per_user_28=120.5)
    # totals at the starts: 100, 107, 107.5, 127.5
    expect(found, past_expansions=2, past_contractions=0, seat_utilisation_28=1 / 5)


@pytest.mark.parametrize(
    ("before", "after", "rises", "falls"),
    [(100, 100.5, 0, 0), (100, 100.51, 1, 0), (200, 199, 0, 0), (200, 198.99, 0, 1), (0, 50, 0, 0), (50, 0, 0, 1)],
)
def test_money_changes_by_more_than_half_a_percent(before, after, rises, falls):
    rows = f"start_date end_date known_at mrr product\n90 50 90 {before} -\n50 -9 50 {after} -\n"
    found = row(subscriptions=rows)
    expect(found, past_expansions=rises, past_contractions=falls, mrr=after, products=1, days_to_term_end=9)
    assert isnan(found["seats"])


def test_support_payment_and_voice():
    found = row(
        "occurred_at\n40\n",
        tickets="opened_at closed_at priority csat\n28.5 20 HIGH 4\n50 0 P1 5\n112 -5 low -\n113 - - -\n0 - high -\n",
        invoices="due_date paid_at\n50 19\n80 51\n365 335\n366 1\n25 -\n40 0\n",
        surveys="answered_at score\n366 2\n365 4\n365 8\n0 1\n",
        referrals="referred_at\n0\n1\n365\n365.5\n",
    )
    expect(found, tickets_per_user=2, open_tickets=3, open_urgent_tickets=1, silence_after_tickets=1, last_csat=4)
    expect(found, days_overdue=40, failed_invoices=3, last_nps=6, nps_missing=0, referrals=2)


events = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "-"]),
        st.integers(-10, 120 * 24).map(lambda hour: hour / 24),
        st.sampled_from([0, 0, 1 / 24, 2, 7, 40]),
        st.sampled_from(["core", "view"]),
        st.sampled_from(["s", "t", "-"]),
    ),
    max_size=40,
)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(events, st.randoms(use_true_random=False))
def test_later_rows_and_the_order_of_rows_change_nothing(rows, random):
    def found(some: list[tuple]) -> pd.Series:
        lines = [f"{user} {ago} {ago - late} {action} {session}\n" for user, ago, late, action, session in some]
        return row("user_id occurred_at received_at action session_id\n" + "".join(lines))

    known = [r for r in rows if r[1] > 0 and r[1] - r[2] > 0]
    pd.testing.assert_series_equal(found(random.sample(rows, len(rows))), found(known))
