"""Who is on the list and who rests, from week to week."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.decisions.standing import WEEK, carried, entered, kept_on, listed, nobody, with_interventions
from leadline.experiment import Following

MONDAY = pd.Timestamp("2024-03-04")
MONTH = Following(days=28, rest_days=56)
NONE = pd.Series(dtype="str")


def names(*accounts: str) -> pd.Series:
    return pd.Series(accounts, dtype="str")


def weeks_until(standing: pd.DataFrame) -> dict[str, tuple[str, float]]:
    weeks = (standing["until"] - MONDAY) / WEEK
    return {a: (s, w) for a, s, w in zip(standing["account_id"], standing["state"], weeks, strict=True)}


def test_what_the_team_began_itself_is_left_in_peace_until_it_has_rested() -> None:
    """a is listed; b is being worked on; c was closed a week ago; d long ago; e begins only tomorrow."""
    day = pd.Timedelta(days=1)
    begun = pd.DataFrame(
        {
            "account_id": names("a", "b", "c", "d", "e"),
            "started_at": [MONDAY - WEEK, MONDAY - WEEK, MONDAY - 3 * WEEK, MONDAY - 20 * WEEK, MONDAY + day],
            "closed_at": pd.Series([pd.NaT, MONDAY + day, MONDAY - WEEK, MONDAY - 9 * WEEK, pd.NaT]),
        }
    )
    mine = entered(entered(nobody(), names("z"), MONDAY, MONTH, first=True), names("a"), MONDAY, MONTH, first=False)
    found = weeks_until(
        with_interventions(with_interventions(mine, begun, MONDAY, MONTH, 56), begun, MONDAY, MONTH, 56)
    )
    assert found == {"a": ("listed", 4), "z": ("listed", 4), "b": ("theirs", 7), "c": ("theirs", 7)}


def test_the_first_list_is_staggered_so_that_places_come_free_every_week() -> None:
    first = entered(nobody(), names("e", "a", "b", "c", "d"), MONDAY, MONTH, first=True)
    assert weeks_until(first) == {
        "e": ("listed", 4), "a": ("listed", 4), "b": ("listed", 3), "c": ("listed", 2), "d": ("listed", 1),
    }  # fmt: skip


def test_a_later_account_is_followed_for_the_whole_time_then_rests_then_is_free() -> None:
    standing = entered(entered(nobody(), names("a"), MONDAY, MONTH, first=True), names("b"), MONDAY, MONTH, first=False)
    assert weeks_until(standing)["b"] == ("listed", 4)
    seen = [weeks_until(carried(standing, MONDAY + 3 * WEEK, NONE, MONTH)).get("b")]
    standing = carried(standing, MONDAY + 4 * WEEK, NONE, MONTH)
    seen.append(weeks_until(standing).get("b"))
    seen += [weeks_until(carried(standing, MONDAY + weeks * WEEK, NONE, MONTH)).get("b") for weeks in (11, 12)]
    assert seen == [("listed", 4), ("resting", 12), ("resting", 12), None]


def test_who_leaves_early_rests_and_who_rests_is_not_freed_by_it() -> None:
    standing = entered(entered(nobody(), names("a"), MONDAY, MONTH, first=True), names("b"), MONDAY, MONTH, first=False)
    after = carried(standing, MONDAY + WEEK, names("b"), MONTH)
    assert weeks_until(after)["b"] == ("resting", 9)
    assert weeks_until(carried(after, MONDAY + 2 * WEEK, names("b"), MONTH))["b"] == ("resting", 9)


def test_without_rest_an_account_is_free_at_once() -> None:
    standing = entered(nobody(), names("a"), MONDAY, MONTH, first=True)
    assert carried(standing, MONDAY + 4 * WEEK, NONE, Following(days=28, rest_days=0)).empty


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.sampled_from("abcdef"), unique=True), min_size=1, max_size=16), st.integers(3, 9))
def test_nobody_comes_back_before_the_rest_is_over(entries: list[list[str]], rest: int) -> None:
    following, standing, left = Following(days=14, rest_days=7 * rest), nobody(), {}
    for week, wanted in enumerate(entries):
        before, now = set(listed(standing)), MONDAY + week * WEEK
        standing = carried(standing, now, NONE, following)
        left |= dict.fromkeys(before - set(listed(standing)), week)
        new = [a for a in wanted if a not in set(standing["account_id"])]
        assert all(week - left[a] >= rest for a in new if a in left)
        standing = entered(standing, names(*new), now, following, first=week == 0)
        assert standing["account_id"].is_unique


def test_where_nobody_takes_its_place_an_account_stays_a_week_longer() -> None:
    before = entered(nobody(), names("a", "b"), MONDAY, Following(days=7, rest_days=56), first=False)
    now = MONDAY + WEEK
    after = kept_on(carried(before, now, NONE, MONTH), before, names("a"), now)
    assert weeks_until(after) == {"a": ("listed", 2), "b": ("resting", 9)}
    assert after["since"].min() == MONDAY
