"""The KPIs of the team, from literal tables; times are days from the as-of date, and the quarter is 91 days.

The grace is 30 days, so what rests on contracts is settled from day -121 up to day -30.
"""

from io import StringIO
from math import isnan

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadline.experiment import Outcomes
from leadline.features.kpi import KPIS
from leadline.features.team_kpis import COUNTS, team_kpis, two_quarters

AS_OF = pd.Timestamp("2024-06-03").as_unit("us")
CONTRACT = Outcomes(mode="contract", lead_days=14, horizon_days=90, grace_days=30)
ACTIVITY = Outcomes(mode="activity", active_days_before=180, min_events_before=2)
INSTANTS = {
    "accounts": ("created_at",),
    "events": ("occurred_at", "received_at"),
    "subscriptions": ("start_date", "end_date", "known_at", "cancelled_at"),
    "referrals": ("referred_at", "won_at"),
    "surveys": ("answered_at",),
    "interventions": ("listed_as_of",),
}
COLUMNS = {"start": "start_date", "end": "end_date", "known": "known_at", "at": "occurred_at", "created": "created_at"}
DEFAULTS = {
    "accounts": {"created_at": -900.0, "tier": None, "name": None, "segment": None, "region": None, "csm": None},
    "events": {"action": "core"},
    "subscriptions": {"mrr": 100.0, "billing_months": 0.0, "cancelled_at": None},
}
SAME_AS = {"events": ("received_at", "occurred_at"), "subscriptions": ("known_at", "start_date")}
NUMBERS = ("mrr", "billing_months", "amount", "score")
QUIET = "account at\nnobody -800\n"  # a log that reaches far enough back
Frames = dict[str, pd.DataFrame]


def parsed(table: str, text: str) -> pd.DataFrame:
    """A table from text; '-' is nothing."""
    rows = pd.read_csv(StringIO(text), sep=r"\s+", na_values="-", keep_default_na=False)
    return typed(table, rows.rename(columns={"account": "account_id", **COLUMNS}))


def typed(table: str, rows: pd.DataFrame) -> pd.DataFrame:
    for column, value in DEFAULTS.get(table, {}).items():
        if column not in rows:
            rows[column] = value
    if table in SAME_AS and SAME_AS[table][0] not in rows:
        rows[SAME_AS[table][0]] = rows[SAME_AS[table][1]]
    for column in INSTANTS[table]:
        rows[column] = (AS_OF + pd.to_timedelta(rows[column].astype("float64"), unit="D")).astype("datetime64[us]")
    kinds = {c: "float64" if c in NUMBERS else "str" for c in rows if c not in INSTANTS[table]}
    return rows.astype(kinds)


def source(**texts: str) -> Frames:
    """Literal tables, with the accounts they name where none are given, and a log where none is given."""
    frames = {name: parsed(name, text) for name, text in {"events": QUIET, **texts}.items()}
    if "accounts" not in frames:
        names = sorted({account for frame in frames.values() for account in frame["account_id"]})
        frames["accounts"] = typed("accounts", pd.DataFrame({"account_id": names}))
    return frames


def kpis(frames: Frames, listed: pd.DataFrame | None = None) -> pd.DataFrame:
    outcomes = CONTRACT if "subscriptions" in frames else ACTIVITY
    relations = {name: duckdb.from_df(frame) for name, frame in frames.items()}
    listings = frames.get("interventions")
    return team_kpis(relations, ("core", "deep"), outcomes, AS_OF, listed, listings).set_index("kpi")


def counted(found: pd.DataFrame, key: str) -> tuple[float, float]:
    return found.at[key, "numerator"], found.at[key, "denominator"]


RENEWALS = """
account  start  end  mrr known
stays     -400  -60  100  -400
stays      -60  300  100   -70
early     -400  -60  100  -400
early      -60  300  100   -90
late      -400  -60  100  -400
late       -50  300  100   -45
shrinks   -400  -60  100  -400
shrinks    -60  300   60   -60
grows     -400  -60  100  -400
grows      -60  300  150   -60
leaves    -400  -60  100  -400
too_late  -400  -60  100  -400
too_late   -29  300  100   -29
unknown   -400  -60  100  -400
unknown    -60  300  100     0
in_grace  -400  -30  100  -400
before    -400 -122  100  -400
"""


def test_of_eight_accounts_due_five_renewed_one_of_them_early_and_one_for_less() -> None:
    found = kpis(source(subscriptions=RENEWALS))
    assert found.at["accounts_due", "value"] == 8
    assert counted(found, "renewal_rate") == (5, 8)
    assert found.at["renewal_rate", "value"] == 5 / 8
    assert counted(found, "renewal_rate_by_money") == (12 * 460, 12 * 800)
    assert counted(found, "early_renewal_rate") == (1, 8)


def test_the_settled_quarter_ends_a_grace_before_the_as_of_date() -> None:
    period = kpis(source(subscriptions=RENEWALS)).loc["renewal_rate", ["period_start", "period_end"]]
    assert [(moment - AS_OF).days for moment in period] == [-121, -30]


@pytest.mark.parametrize(("end", "due"), [(-122, 0), (-121, 1), (-31, 1), (-30, 0)])
def test_a_term_is_due_from_the_first_day_of_the_period_up_to_its_end(end: int, due: int) -> None:
    found = kpis(source(subscriptions=f"account start end\na -400 {end}\n"))
    assert found.at["accounts_due", "value"] == due


def test_where_no_row_is_known_ahead_nothing_tells_of_early_renewals() -> None:
    found = kpis(source(subscriptions="account start end\na -400 -60\na -60 300\n"))
    assert found.loc["early_renewal_rate", ["value", "because"]].isna().tolist() == [True, False]
    assert found.at["early_renewal_rate", "because"] == "signing_unknown"
    assert found.at["renewal_rate", "value"] == 1


MONTHS = """
account start  end mrr
stays    -150 -120 100
stays    -120  -90  80
stays     -90  -60  80
stays     -60  -30  90
stays     -30    0  90
leaves   -150 -120 100
leaves   -120  -90 100
returns  -150 -120 100
returns   -80  -50 100
returns   -50  -20 100
"""


def test_an_account_paid_by_the_month_counts_once_from_its_first_term_to_its_last() -> None:
    found = kpis(source(subscriptions=MONTHS))
    assert counted(found, "renewal_rate") == (1, 3)  # `returns` was away for 40 days
    assert counted(found, "renewal_rate_by_money") == (12 * 90, 12 * 300)


def test_what_is_bought_within_a_term_is_due_with_it() -> None:
    rows = "account start end mrr\na -400 -60 100\na -200 -60 50\na -60 300 120\n"
    assert counted(kpis(source(subscriptions=rows)), "renewal_rate_by_money") == (12 * 120, 12 * 150)


def test_a_term_over_whose_end_another_runs_on_is_not_due() -> None:
    rows = "account start end mrr\na -400 -60 100\na -200 100 50\n"
    assert kpis(source(subscriptions=rows)).at["accounts_due", "value"] == 0


def test_who_left_within_the_term_is_due_at_the_end_that_was_agreed() -> None:
    rows = "account start end mrr billing_months\na -441 -200 100 12\n"  # sold until 2024-03-20, day -75
    found = kpis(source(subscriptions=rows))
    assert counted(found, "renewal_rate") == (0, 1)
    assert counted(found, "renewal_rate_by_money") == (0, 12 * 100)


def test_what_was_replaced_within_the_term_is_not_due_twice() -> None:
    rows = "account start end mrr billing_months\na -441 -200 100 12\na -200 -75 60 0\na -75 300 60 0\n"
    assert counted(kpis(source(subscriptions=rows)), "renewal_rate_by_money") == (12 * 60, 12 * 60)


YEAR = """
account start  end mrr
kept     -500  300 100
grew     -500 -100 100
grew     -100  300 150
shrank   -500 -100 100
shrank   -100  300  50
left     -500 -100 100
gap      -500  -35 100
gap       -20  300 100
new      -150  300 999
"""  # a year before day -30 is day -396


def test_revenue_kept_over_twelve_months_with_and_without_expansion() -> None:
    found = kpis(source(subscriptions=YEAR))
    assert counted(found, "nrr") == (12 * 400, 12 * 500)
    assert counted(found, "grr") == (12 * 350, 12 * 500)
    assert counted(found, "expansion_arr") == (12 * 50, 12 * 1499)
    assert found.at["expansion_arr", "value"] == 600


def test_of_nobody_nothing_is_said() -> None:
    found = kpis(source(subscriptions="account start end\na -10 300\n"))
    for key in ("renewal_rate", "renewal_rate_by_money", "nrr", "grr", "expansion_arr"):
        assert isnan(found.at[key, "value"])
    assert found.at["renewal_rate", "because"] == found.at["nrr", "because"] == "nobody"


USED = """
account  at  received_at action
nobody  -800 -800 core
used     -28  -28 core
long     -29  -29 core
looked    -5   -5 view
late      -5    0 core
gone      -5   -5 deep
"""
HELD = "account start end\nused -300 300\nlong -300 300\nlooked -300 300\nlate -300 300\ngone -300 -60\n"


def test_adoption_is_a_core_action_in_28_days_of_those_under_contract() -> None:
    assert counted(kpis(source(events=USED, subscriptions=HELD)), "adoption_rate") == (1, 4)


def test_in_activity_mode_adoption_is_of_those_active_enough() -> None:
    events = "account at action\na -100 core\na -5 core\nb -100 core\nb -90 core\nonce -5 core\n"
    found = kpis(source(events=events))
    assert counted(found, "adoption_rate") == (1, 2)
    money = [
        kpi.key for kpi in KPIS if "subscriptions" in kpi.needs and kpi.key not in ("save_rate", "holdout_renewal_rate")
    ]
    assert set(found.loc[money, "because"]) == {"no_subscriptions"}
    assert found.loc[money, "value"].isna().all()


def test_growth_tier_of_those_under_contract_a_tier_not_given_is_another() -> None:
    accounts = "account tier\nused growth\nlong growth\nlooked standard\nlate -\ngone growth\n"
    found = kpis(source(accounts=accounts, events=USED, subscriptions=HELD))
    assert counted(found, "growth_tier_share") == (2, 4)
    assert kpis(source(subscriptions=HELD)).at["growth_tier_share", "because"] == "no_tier"


def test_first_value_within_90_days_of_accounts_that_had_90_days() -> None:
    accounts = "account created\nfast -181\nslow -180\nnever -91\nyoung -90\nold -182\n"
    events = "account at\nnobody -800\nfast -92\nslow -90\nyoung -89\nold -181\n"
    found = kpis(source(accounts=accounts, events=events))
    assert counted(found, "first_value_rate") == (1, 3)
    assert [(found.at["first_value_rate", f"period_{end}"] - AS_OF).days for end in ("start", "end")] == [-181, -90]


def test_a_log_that_begins_later_tells_neither_first_value_nor_adoption() -> None:
    found = kpis(source(events="account at\na -20\n", subscriptions=HELD))
    assert set(found.loc[["first_value_rate", "adoption_rate"], "because"]) == {"log_too_short"}


def test_referrals_are_counted_when_made_and_paid_when_won() -> None:
    rows = "account referred_at won_at amount\na -91 - -\na -92 -10 500\nb -5 -1 70\nb 0 - -\nb -40 0 9000\n"
    found = kpis(source(referrals=rows))
    assert found.at["referrals", "value"] == 3
    assert (found.at["referral_revenue", "value"], found.at["referral_revenue", "denominator"]) == (570, 2)
    for untold in ("a -50 -10 -", "a -50 0 10"):
        found = kpis(source(referrals=f"account referred_at won_at amount\n{untold}\n"))
        assert found.at["referral_revenue", "because"] == "no_amounts"
    nothing_won = kpis(source(referrals="account referred_at won_at amount\na -300 -200 10\n"))
    assert nothing_won.at["referral_revenue", "value"] == 0


def test_nps_takes_the_latest_answer_of_each_person_and_all_of_the_nameless() -> None:
    rows = """
    account user_id answered_at score
    a u -50  2
    a u -10  9
    b u -10 10
    a v -10  8
    a -  -9  6
    a -  -8  9
    a w -92  0
    a w   0  0
    """
    found = kpis(source(surveys=rows))
    assert counted(found, "nps") == (3 - 1, 5)  # promoters a-u, b-u and a nameless one; a nameless detractor
    assert found.at["nps", "value"] == 40


TERMS = """
account  start  end
treated   -400  -60
treated    -60  300
twice     -400  -60
held      -400  -60
held       -60  300
long_ago  -400  -60
after     -400  -60
open      -400  -10
"""
LISTED = """
account listed_as_of arm
treated   -164 treat
twice     -150 treat
twice      -90 treat
held       -61 holdout
long_ago  -165 treat
after      -60 treat
open       -50 treat
"""  # the outcome window is 104 days


def test_renewals_of_those_listed_before_their_term_ended_by_arm() -> None:
    assert kpis(source(subscriptions=TERMS)).at["save_rate", "because"] == "no_listings"
    found = kpis(source(subscriptions=TERMS, interventions=LISTED))
    assert counted(found, "save_rate") == (1, 2)
    assert counted(found, "holdout_renewal_rate") == (1, 1)


def listed(text: str) -> pd.DataFrame:
    rows = pd.read_csv(StringIO(text), sep=r"\s+")
    return rows.assign(as_of=AS_OF + pd.to_timedelta(rows["as_of"], unit="D"))


def test_expansion_chances_are_those_named_in_the_quarter_and_taken_where_they_grew_since() -> None:
    rows = "account start end mrr\na -300 -40 100\na -40 300 110\nb -300 300 100\nc -300 -40 100\nd -300 300 100\n"
    named = listed("account_id as_of\na -91\na -7\nb -7\nc -84\nd -98\nd 0\n")
    found = kpis(source(subscriptions=rows), listed=named)
    assert found.at["expansion_chances", "value"] == 3
    assert counted(found, "expansion_chances_taken") == (1, 3)
    without = kpis(source(subscriptions=rows), listed=named[named["account_id"] == "x"])
    assert set(without.loc[["expansion_chances", "expansion_chances_taken"], "because"]) == {"no_lists"}


def test_tables_that_are_absent_are_named_as_the_reason() -> None:
    found = kpis(source(events="account at\na -900\na -10\na -5\n"))
    reasons = found["because"].to_dict()
    assert (reasons["save_rate"], reasons["referrals"], reasons["nps"]) == (
        "no_subscriptions",
        "no_referrals",
        "no_surveys",
    )
    assert reasons["expansion_chances"] == "no_lists"
    assert found.loc[found["because"] != "", "value"].isna().all()
    assert found.loc[found["because"] == "", "value"].notna().all()


def test_every_kpi_declared_is_counted_once_and_in_its_unit() -> None:
    found = kpis(source(subscriptions=RENEWALS)).reset_index()
    assert [kpi.key for kpi in KPIS] == list(COUNTS) == found["kpi"].tolist()
    assert [kpi.unit for kpi in KPIS] == found["unit"].tolist()


def test_the_quarter_before_is_what_was_known_then() -> None:
    frames = source(subscriptions=RENEWALS, events=USED)
    relations = {name: duckdb.from_df(frame) for name, frame in frames.items()}
    both = two_quarters(relations, ("core",), CONTRACT, AS_OF).set_index(["as_of", "kpi"])
    then = AS_OF - pd.Timedelta(days=91)
    assert both.loc[(AS_OF, "accounts_due"), "value"] == 8
    assert both.loc[(then, "accounts_due"), "value"] == 1  # `before`, whose term ended on day -122
    alone = team_kpis(relations, ("core",), CONTRACT, then).set_index("kpi")
    pd.testing.assert_frame_equal(both.loc[then], alone.drop(columns="as_of"))


DAY = st.integers(-500, 200)
ROW = st.tuples(st.sampled_from("abc"), DAY, st.integers(1, 400), st.integers(0, 3), st.integers(-60, 60))
ROWS = st.lists(ROW, min_size=3, max_size=9)
FEW = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def contracts(rows: list[tuple[str, int, int, int, int]]) -> pd.DataFrame:
    """Account, start, days, hundreds of mrr, days from the start to when it was known."""
    lines = [
        f"{account} {start} {start + days} {100 * mrr} {start + known}" for account, start, days, mrr, known in rows
    ]
    return parsed("subscriptions", "\n".join(["account start end mrr known", *lines]))


@FEW
@given(ROWS)
def test_no_more_is_kept_than_there_was(rows: list[tuple[str, int, int, int, int]]) -> None:
    found = kpis({**source(events=f"{QUIET}a -800\nb -800\nc -800\n"), "subscriptions": contracts(rows)})
    shares = found.loc[["grr", "renewal_rate", "renewal_rate_by_money", "early_renewal_rate"], "value"].dropna()
    assert shares.between(0, 1).all()
    early, renewed = (found.at[key, "numerator"] for key in ("early_renewal_rate", "renewal_rate"))
    assert not early > renewed
    assert not found.at["grr", "value"] > found.at["nrr", "value"]


@FEW
@given(ROWS, st.integers(0, 40))
def test_what_is_known_later_changes_nothing(rows: list[tuple[str, int, int, int, int]], later: int) -> None:
    texts = {
        "events": f"{QUIET}a -800\nb -10\nc -100\n",
        "referrals": "account referred_at won_at amount\na -50 -10 5\n",
        "surveys": "account user_id answered_at score\na u -10 9\n",
        "interventions": "account listed_as_of arm\na -100 treat\nb -80 holdout\n",
        "accounts": "account created tier\na -900 growth\nb -150 standard\nc -120 growth\n",
    }
    more = {
        "events": f"account at received_at\nb -850 {later}\nc -110 {later}\na -3 {later}\n",
        "referrals": f"account referred_at won_at amount\na {later} - -\n",
        "surveys": f"account user_id answered_at score\na u {later} 0\n",
        "interventions": f"account listed_as_of arm\nc {later} treat\n",
        "accounts": f"account created tier\nd {later} growth\n",
    }
    first = {**source(**texts), "subscriptions": contracts(rows)}
    again = contracts(rows).assign(known_at=AS_OF + pd.Timedelta(days=later))
    others = {**{name: parsed(name, text) for name, text in more.items()}, "subscriptions": again}
    second = {name: pd.concat([frame, others[name]], ignore_index=True) for name, frame in first.items()}
    pd.testing.assert_frame_equal(kpis(first), kpis(second))
