"""Usage fades before an account leaves, in the way its story says; holidays and faults hit everybody."""

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[[str], pd.DataFrame]
CORE = ["create_report", "share_report", "run_workflow", "build_dashboard", "sync_data", "comment"]
FADING = ["champion_left", "module_abandoned", "slow_fade", "product_fault"]
WEEK = pd.Timedelta(weeks=1)


@pytest.fixture(scope="module")
def leavers(large_company: Read) -> pd.DataFrame:
    """Events of accounts that left, with their story and the weeks left until then."""
    reasons = large_company("truth/reasons").rename(columns={"module": "its_module", "user_id": "its_user"})
    events = large_company("events").merge(reasons, on="account_id")
    return events.assign(weeks_left=(events["left_at"] - events["occurred_at"]) // WEEK)


def _ratio(events: pd.DataFrame) -> pd.Series:
    """Events in the last 4 weeks over those of 4 weeks about 20 weeks before the end, by account."""
    then = events[events["weeks_left"].between(18, 21)].groupby("account_id").size()
    last = events[events["weeks_left"] < 4].groupby("account_id").size()
    then = then[then >= 10]
    return last.reindex(then.index, fill_value=0) / then


@pytest.mark.parametrize("story", FADING)
def test_usage_fades_before_leaving(leavers: pd.DataFrame, story: str) -> None:
    ratio = _ratio(leavers[leavers["story"] == story])
    assert len(ratio) >= 8
    assert ratio.median() < 0.8


@pytest.mark.parametrize("story", ["price", "steady"])
def test_some_leave_without_a_sign(leavers: pd.DataFrame, story: str) -> None:
    ratio = _ratio(leavers[leavers["story"] == story])
    assert len(ratio) >= 8
    assert 0.75 < ratio.median() < 1.5


def test_fading_takes_weeks_and_differs_from_account_to_account(large_company: Read) -> None:
    reasons = large_company("truth/reasons")
    weeks = (reasons["left_at"] - reasons["started_at"])[reasons["story"].isin(FADING)] / WEEK
    assert 8 < weeks.median() < 22
    assert weeks.quantile(0.9) - weeks.quantile(0.1) > 10


def test_a_champion_who_left_is_silent_and_others_follow(leavers: pd.DataFrame) -> None:
    events = leavers[leavers["story"] == "champion_left"]
    mine = events["user_id"] == events["its_user"]
    silent = events["occurred_at"] > events["started_at"] + 2 * WEEK
    assert events["its_user"].notna().all()
    assert mine[~silent].mean() > 0.05
    assert not mine[silent].any()
    assert _ratio(events[~mine]).median() < 0.75


def test_an_abandoned_module_is_gone_while_others_hold(leavers: pd.DataFrame) -> None:
    events = leavers[leavers["story"] == "module_abandoned"]
    its = events["module"] == events["its_module"]
    deep = events["occurred_at"] > events["started_at"] + 14 * WEEK
    assert its[events["occurred_at"] < events["started_at"]].mean() > 0.2
    assert its[deep].mean() < 0.03
    then, last = events["weeks_left"].between(18, 21), events["weeks_left"] < 4
    assert (its & last).sum() < 0.2 * (its & then).sum()
    assert (~its & last).sum() > 0.6 * (~its & then).sum()


def test_who_never_reached_value_did_no_core_action(large_company: Read, leavers: pd.DataFrame) -> None:
    events = leavers[leavers["story"] == "no_first_value"]
    assert len(events) > 50
    assert not events["action"].isin(CORE).any()
    assert large_company("events")["action"].isin(CORE).mean() > 0.25


def test_who_goes_to_a_competitor_takes_the_data_along(leavers: pd.DataFrame) -> None:
    exports = (leavers["action"] == "export") & (leavers["story"] == "competitor")
    events = leavers[leavers["story"] == "competitor"]
    before = exports[events.index][events["weeks_left"].between(16, 30)].mean()
    assert exports[events.index][events["weeks_left"] < 4].mean() > 2 * before


def test_not_every_fade_ends_in_leaving(large_company: Read) -> None:
    champions = large_company("users").query("role == 'champion'")
    lost = set(champions[champions["deactivated_at"].notna()]["account_id"])
    left = set(large_company("truth/reasons")["account_id"])
    assert 0.2 < len(lost & left) / len(lost) < 0.9


def _weekly(events: pd.DataFrame, first: pd.Timestamp, weeks: int) -> pd.Series:
    inside = events["occurred_at"].between(first, first + weeks * WEEK, inclusive="left")
    return events[inside].groupby("account_id").size() / weeks


def test_holidays_hit_everybody(large_company: Read) -> None:
    events, christmas = large_company("events"), pd.Timestamp("2023-12-25")
    before = _weekly(events, christmas - 5 * WEEK, 4)
    before = before[before >= 15]
    share = _weekly(events, christmas, 1).reindex(before.index, fill_value=0) / before
    assert len(before) > 200
    assert share.median() < 0.4
    assert (share < 1).mean() > 0.97


def test_a_golden_week_is_kept_in_one_region(large_company: Read) -> None:
    region = large_company("accounts").set_index("account_id")["region"]
    events, first = large_company("events"), pd.Timestamp("2023-10-02")
    week, before = (
        _weekly(events, first, 1).groupby(region).sum(),
        _weekly(events, first - 4 * WEEK, 3).groupby(region).sum(),
    )
    share = week / before
    assert share["APAC"] < 0.4
    assert share[["EMEA", "AMER"]].min() > 0.75


def test_faults_and_outages_hit_their_module(large_company: Read) -> None:
    events, calendar = large_company("events"), large_company("truth/calendar")
    spells = calendar[calendar["module"].notna()]
    assert set(spells["kind"]) == {"fault", "outage"}
    for spell in spells.itertuples():
        within = events["occurred_at"].between(spell.first_day, spell.last_day + pd.Timedelta(days=1), inclusive="left")
        month = events["occurred_at"].between(spell.first_day - 4 * WEEK, spell.first_day, inclusive="left")
        its = events["module"] == spell.module
        assert its[within].mean() < 0.65 * its[month].mean()
