"""The truth that is written beside the company is the truth of the company."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from leadline.simulate import outcomes
from leadline.simulate.contracts import add_months
from leadline.simulate.interventions import NO_ARM, by_need, draw
from leadline.simulate.settings import SimulationSettings
from leadline.simulate.spells import episodes
from leadline.simulate.stories import LEVELS, NAMES, STATES, look_ahead, walk
from leadline.simulate.truth import chance_of_leaving, hazard, reasons
from leadline.simulate.world import World, make

Read = Callable[[str], pd.DataFrame]
HORIZON = pd.Timedelta(days=90)
WEEK = pd.Timedelta(weeks=1)


def _with_outcome(chances: pd.DataFrame, left: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """Rows whose 90 days are over, of accounts that had not announced leaving, with whether they left."""
    until = chances["account_id"].map(left.set_index("account_id")["left_at"])
    rows = chances.assign(left=(until > chances["as_of"]) & (until <= chances["as_of"] + HORIZON))
    return rows[(rows["as_of"] + HORIZON < end) & ~rows["announced"]]


@pytest.fixture(scope="module")
def calm() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Chances and leavers of a larger company that nobody steps in at."""
    world = make(SimulationSettings(accounts=1500, interventions=False))
    return hazard(world), reasons(world)


def test_as_many_leave_each_quarter_as_the_weekly_hazards_say(
    calm: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    chances, left = calm
    first = chances["as_of"].min()
    expected = chances.groupby((chances["as_of"] - first) // (13 * WEEK))["p_leave_week"].sum()
    seen = ((left["left_at"] - first - pd.Timedelta(days=1)) // (13 * WEEK)).value_counts().reindex(expected.index)
    assert len(expected) == 8
    assert (abs(seen - expected) < 3.5 * np.sqrt(expected)).all()


def test_chances_of_90_days_are_calibrated(calm: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    chances, left = calm
    rows = _with_outcome(chances, left, chances["as_of"].max())
    rows = rows[((rows["as_of"] - rows["as_of"].min()) // WEEK) % 13 == 0]  # windows that do not overlap
    parts = rows.groupby(pd.cut(rows["p_leave_90"], [-1, 0, 0.03, 0.1, 0.3, 1])).agg(
        n=("left", "size"), p=("p_leave_90", "mean"), seen=("left", "mean")
    )
    error = np.sqrt(parts["p"] * (1 - parts["p"]) / parts["n"])
    assert (parts["n"] > 50).all()
    assert (abs(parts["seen"] - parts["p"]) <= 3.5 * error).all()


def test_the_best_possible_model_is_good_but_no_oracle(calm: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    chances, left = calm
    rows = _with_outcome(chances, left, chances["as_of"].max())
    due = rows[rows["due_90"]]
    assert 0.04 < rows["left"].mean() < 0.08
    assert 0.88 < roc_auc_score(rows["left"], rows["p_leave_90"]) < 0.94
    assert 0.77 < roc_auc_score(due["left"], due["p_leave_90"]) < 0.89


def test_expansion_can_be_foreseen_too(company: Read, end: pd.Timestamp) -> None:
    chances, contracts = company("truth/hazard").query("not announced"), company("subscriptions")
    rows = chances[chances["as_of"] + HORIZON + 2 * WEEK < end].reset_index()
    now, then = (_mrr(rows, contracts, later) for later in (pd.Timedelta(0), HORIZON))
    grew = (then >= 1.1 * now) & (now > 0)
    assert 0.03 < grew.mean() < 0.1
    assert grew.mean() == pytest.approx(rows["p_expand_90"].mean(), abs=0.015)
    assert 0.77 < roc_auc_score(grew, rows["p_expand_90"]) < 0.9


def _mrr(rows: pd.DataFrame, contracts: pd.DataFrame, later: pd.Timedelta) -> pd.Series:
    at = rows[["index", "account_id"]].assign(at=rows["as_of"] + later).merge(contracts, on="account_id")
    held = at[(at["start_date"] <= at["at"]) & (at["at"] < at["end_date"])]
    return held.groupby("index")["mrr"].sum().reindex(rows["index"], fill_value=0).reset_index(drop=True)


def _fall(read: Read, end: pd.Timestamp) -> pd.DataFrame:
    """For settled accounts due: usage of 4 weeks over that of the 12 before, and whether they left."""
    rows = _with_outcome(read("truth/hazard"), read("truth/reasons"), end).query("due_90")
    events = read("events")
    week = (events["occurred_at"] - rows["as_of"].min()) // WEEK
    first = week.min()
    counts = events.groupby(["account_id", week - first]).size().unstack(fill_value=0).sort_index(axis=1)
    total = counts.cumsum(axis=1)
    ratio = (total - total.shift(4, axis=1)) / (total.shift(4, axis=1) - total.shift(16, axis=1)).clip(lower=1)
    fall = ratio.shift(1, axis=1).stack().rename("ratio").rename_axis(["account_id", "week"]).reset_index()
    rows = rows.assign(week=(rows["as_of"] - rows["as_of"].min()) // WEEK - first)
    since = read("subscriptions").groupby("account_id")["start_date"].min()
    rows = rows[rows["as_of"] - rows["account_id"].map(since) > 26 * WEEK]
    return rows.merge(fall.dropna(), on=["account_id", "week"])


def test_falling_usage_tells_of_leaving_and_tells_nothing_in_the_null_company(
    company: Read, null_company: Read, end: pd.Timestamp
) -> None:
    real, null = _fall(company, end), _fall(null_company, end)
    leavers = null.loc[null["left"], "account_id"].nunique()
    error = np.sqrt(1 / (12 * leavers))  # rows of an account are hardly more than one
    assert leavers > 60
    assert abs(roc_auc_score(null["left"], -null["ratio"]) - 0.5) < 2.5 * error
    assert roc_auc_score(real["left"], -real["ratio"]) > 0.5 + 3 * error


def test_the_null_company_leaves_as_often_and_has_no_effects(company: Read, null_company: Read) -> None:
    left, null_left = len(company("truth/reasons")), len(null_company("truth/reasons"))
    assert null_left == pytest.approx(left, abs=3.5 * np.sqrt(left + null_left))
    assert set(null_company("truth/reasons")["story"]) == {"chance"}
    assert (null_company("truth/effects")["log_odds"] == 0).all()


def test_what_happened_is_the_outcome_of_the_arm_drawn(company: Read, end: pd.Timestamp) -> None:
    effects, arms = company("truth/effects"), company("interventions")
    assert (effects["treated"] == (arms["arm"] == "treat")).all()
    told = effects["leaves_if_treated"].where(effects["treated"], effects["leaves_if_held"])
    left = effects["account_id"].map(company("truth/reasons").set_index("account_id")["left_at"])
    within = told < end
    assert within.sum() > 20
    assert (left[within] == told[within]).all()
    assert left[~within & (left < effects["listed_as_of"] + 26 * WEEK)].isna().all()


def test_effects_differ_by_play_and_cause_and_nothing_helps_against_price(company: Read) -> None:
    effects, by_play = company("truth/effects"), company("truth/effects_by_play")
    change = effects["p_leave_90_if_treated"] - effects["p_leave_90_if_held"]
    price = effects["story"] == "price"
    assert price.sum() > 5
    assert (change[price] == 0).all()
    assert (change <= 1e-12).all()
    effect = by_play.set_index(["play", "cause"])["effect"]
    assert effect["reconnect", "business"] < effect["train", "business"] < 0
    assert effect["train", "product"] < effect["reconnect", "product"] < 0


def test_the_holdout_recovers_the_known_effect() -> None:
    world = make(SimulationSettings(accounts=4000, holdout_share=0.5, effect_scale=2))
    effects = outcomes.effects(world)
    leaves = effects[["leaves_if_treated", "leaves_if_held"]].notna()
    true = (leaves["leaves_if_treated"].astype(int) - leaves["leaves_if_held"]).mean()
    seen = leaves["leaves_if_treated"].where(effects["treated"], leaves["leaves_if_held"])
    arms = seen.groupby(effects["treated"]).agg(["mean", "var", "size"])
    error = np.sqrt((arms["var"] / arms["size"]).sum())
    assert true < -0.03
    assert abs((arms["mean"][True] - arms["mean"][False]) - true) < 3 * error


def test_the_chance_of_leaving_grows_with_the_days_and_a_play_never_raises_it(company: Read) -> None:
    effects, days = company("truth/effects"), (28, 56, 84, 90)
    treated, held = (effects[[f"p_leave_{d}_if_{arm}" for d in days]].to_numpy() for arm in ("treated", "held"))
    for chances in (treated, held):
        assert (np.diff(chances, axis=1) >= 0).all()
        assert (np.diff(chances.mean(axis=0)) > 0.001).all()
    assert (treated <= held + 1e-12).all()


def test_an_account_listed_again_keeps_its_arm() -> None:
    listed = make(SimulationSettings(accounts=1500, holdout_share=0.5)).listed
    again = listed[listed.duplicated("account", keep=False)].groupby("account")["treated"]
    assert again.ngroups > 50
    assert set(again.first()) == {True, False}
    assert (again.nunique() == 1).all()


def test_keeping_an_arm_draws_the_same_numbers_as_drawing_one() -> None:
    settings, called, state = SimulationSettings(holdout_share=0.5), np.arange(200), np.full((200, 9), 3)
    drawn, kept = (
        draw(settings.rng("test"), settings, called, 8, state, state, np.full(200, arm)) for arm in (NO_ARM, 1)
    )
    assert kept["treated"].all()
    assert 70 < drawn["treated"].sum() < 130
    pd.testing.assert_frame_equal(drawn.drop(columns="treated"), kept.drop(columns="treated"))


def test_holdout_share(company: Read) -> None:
    arms = company("interventions")["arm"]
    assert (arms == "holdout").mean() == pytest.approx(0.2, abs=0.07)


def test_months_are_calendar_months() -> None:
    days = np.array(["2023-01-28", "2023-11-05"], dtype="datetime64[D]")
    assert add_months(days, np.array([1, 6])).astype(str).tolist() == ["2023-02-28", "2024-05-05"]


def test_episodes_of_a_literal_table() -> None:
    champion, fade = (1 + (NAMES.index(name) - 1) * LEVELS for name in ("champion_left", "slow_fade"))
    state = np.array([[0, champion, champion + 1, 0, fade], [champion, 0, 0, 0, 0], [0, 0, 0, 0, 0]])
    found = episodes(state)
    told = [(r.account, NAMES[r.story], r.start, r.stop) for r in found.itertuples()]
    assert told == [(0, "champion_left", 1, 3), (0, "slow_fade", 4, 5), (1, "champion_left", 0, 1)]


def test_looking_ahead_agrees_with_walking() -> None:
    settings, n = SimulationSettings(accounts=40_000, weeks=8), 40_000
    distance, tied = np.tile(np.arange(33, -1, -1), (n, 1)), np.ones(n, dtype=bool)
    path = walk(settings, "test", np.full(n, -1), distance, tied, {})
    deep = np.eye(STATES)[1 + 8 * (NAMES.index("slow_fade") - 1) + 3][None, :]
    stays = ~path.upgraded[:, 5]
    ahead = look_ahead(deep, distance[:1, 5], tied[:1])[0]
    expected, seen = ahead[path.state[stays, 5]], deep[0][path.state[stays, 6]]
    assert seen.mean() == pytest.approx(expected.mean(), abs=4 * np.sqrt(expected.mean() / n))


@pytest.fixture(scope="module")
def called_by_need() -> World:
    """A company whose team kept no lists and no holdout: it called the more, the worse an account looked."""
    return make(SimulationSettings(accounts=4000, weeks=66, contacted_by_need=True))


def test_contacted_by_need_leave_more_often_though_every_contact_helps(called_by_need: World) -> None:
    effects = outcomes.effects(called_by_need)
    assert effects["treated"].all()
    assert (effects["p_leave_84_if_treated"] <= effects["p_leave_84_if_held"] + 1e-12).all()
    first = effects.drop_duplicates("account_id")
    never = ~np.isin(called_by_need.account_id, first["account_id"])
    week = np.full(never.sum(), 45)
    state = called_by_need.path.state[never, 45]
    others = chance_of_leaving(called_by_need, np.flatnonzero(never), week, state, np.zeros(never.sum()), 84)
    assert len(first) > 150
    assert first["p_leave_84_if_treated"].mean() > others.mean() + 0.02
    assert first["p_leave_84_if_held"].mean() > first["p_leave_84_if_treated"].mean() + 0.05


def test_sick_accounts_are_called_more_often_and_not_all_of_them() -> None:
    """Two thousand accounts each, well or sick, far from the term end or near it: 0, 10, 5 and 50 in expectation."""
    n, settings = 2000, SimulationSettings()
    usage = np.repeat([[1.0], [0.2], [1.0], [0.2]], n, axis=0)
    distance, free = np.repeat([30, 30, 5, 5], n), np.ones(4 * n, dtype=bool)
    called = by_need(settings.rng("test"), usage, distance, free)
    far_well, far_sick, near_well, near_sick = np.bincount(called // n, minlength=4)
    assert far_well < 5
    assert 2 < far_sick < 30
    assert 2 < near_well < 25
    assert 25 < near_sick < 80
    assert by_need(settings.rng("test"), usage, distance, ~free).size == 0
