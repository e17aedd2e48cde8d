import pandas as pd
import pytest
from effect_tables import CONTEXT, MONDAY, NO_ARMS, NOW, WEEK, drawn, told

from leadline.effects.trial import NoHoldout, trial
from leadline.problem import Problem

BOTH = told([("a", 0, "treat", 2), ("b", 0, "holdout", None), ("c", 1, "treat", None), ("d", 2, "holdout", 3)])


def test_units_by_eye() -> None:
    units = trial(NO_ARMS, BOTH, CONTEXT, (), NOW).units
    assert units[["account_id", "arm", "contacted"]].values.tolist() == [
        ["a", "treat", True],
        ["b", "holdout", False],
        ["c", "treat", False],
        ["d", "holdout", True],
    ]


def test_a_call_on_the_day_of_the_list_counts_wherever_its_midnight_fell() -> None:
    """A CRM west of UTC writes Monday's midnight, seven hours after that of UTC, or the list is of the later one."""
    rows = told([("a", 0, "treat", 0), ("b", 0, "holdout", None), ("c", 0, "treat", 0), ("d", 0, "treat", 0)])
    rows.loc[2:, "started_at"] -= [pd.Timedelta(hours=7), pd.Timedelta(hours=25)]
    units = trial(NO_ARMS, rows, CONTEXT, (), NOW).units
    assert units["contacted"].tolist() == [True, False, True, False]
    assert units["days_to_contact"].fillna(-1).tolist() == [0, -1, 0, -1]


def test_what_went_otherwise_than_drawn_is_counted() -> None:
    assert trial(NO_ARMS, BOTH, CONTEXT, (), NOW).mismatches == {
        "treated_in_holdout": 1,
        "never_contacted": 1,
        "told_otherwise": 0,
    }


def test_an_account_listed_last_week_may_still_be_called() -> None:
    found = trial(NO_ARMS, BOTH, CONTEXT, (), MONDAY + 3 * WEEK)
    assert found.mismatches["never_contacted"] == 0


def test_an_account_counts_once_from_its_first_listing() -> None:
    again = told([("a", 30, "treat", 1), ("a", 2, "treat", None), ("b", 3, "holdout", None)])
    units = trial(NO_ARMS, again, CONTEXT, (), NOW).units
    assert units["listed_as_of"].tolist() == [MONDAY + 2 * WEEK, MONDAY + 3 * WEEK]
    assert units["contacted"].tolist() == [False, False]  # the call came with the second listing, 28 weeks later


def test_facts_are_those_of_the_week_of_the_listing() -> None:
    weeks = [(0, "growth"), (1, "standard"), (2, "benchmark")]
    rows = [("a", MONDAY + week * WEEK, tier, "adoption") for week, tier in weeks]
    context = pd.DataFrame(rows, columns=["account_id", "as_of", "tier", "stage"])
    context = context.astype({"account_id": "str", "as_of": "datetime64[us]"})
    units = trial(NO_ARMS, told([("a", 1, "treat", 1), ("b", 1, "holdout", None)]), context, (), NOW).units
    assert units["tier"].fillna("").tolist() == ["standard", ""]


def test_the_arm_that_was_drawn_rules_and_the_other_is_counted() -> None:
    found = trial(drawn([("a", 5, "holdout", "growth"), ("e", 5, "treat", "growth")]), BOTH, CONTEXT, (), NOW)
    assert found.units.set_index("account_id")["arm"].to_dict() == {
        "a": "holdout", "b": "holdout", "c": "treat", "d": "holdout", "e": "treat",
    }  # fmt: skip
    assert found.mismatches["told_otherwise"] == 1


def test_what_the_team_began_itself_once_lists_draw_is_no_part_of_the_trial() -> None:
    """b, c and d were told at weeks 0 to 2, and lists draw from week 1 on."""
    rows = drawn([("e", 1, "treat", "growth"), ("f", 1, "holdout", "growth")])
    found = trial(rows, BOTH[1:], CONTEXT, (), NOW)
    assert found.units["account_id"].tolist() == ["b", "e", "f"]
    assert found.not_drawn == 2


def test_accounts_listed_while_nobody_was_held_out_are_no_part_of_the_trial() -> None:
    rows = drawn([("e", 0, "treat", "growth"), ("f", 9, "treat", "growth"), ("g", 9, "holdout", "growth")])
    rows.loc[0, "share"] = 0.0
    found = trial(rows, BOTH[:0], CONTEXT, (), NOW)
    assert found.units["account_id"].tolist() == ["f", "g"]
    assert found.not_drawn == 1
    with pytest.raises(NoHoldout, match="All 1 accounts"):
        trial(rows.head(1), BOTH[:0], CONTEXT, (), NOW)


def test_accounts_of_an_exempt_tier_are_left_out_and_counted() -> None:
    rows = drawn([("e", 0, "treat", "benchmark"), ("f", 0, "treat", "growth"), ("g", 0, "holdout", "growth")])
    found = trial(rows, BOTH[:0], CONTEXT, ("benchmark",), NOW)
    assert found.exempt == 1
    assert found.units["account_id"].tolist() == ["f", "g"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "Nobody has been listed yet"),
        ([("a", 0, "treat", 2), ("b", 0, "treat", 2)], "All 2 accounts listed were to be treated"),
        ([("a", 0, "holdout", None)], "All 1 accounts listed are held out"),
        ([("a", 0, "holdout", None), ("a", 9, "treat", 1)], "1 accounts stand in both arms, first a"),
    ],
)
def test_where_nothing_can_be_said_a_sentence_says_why(rows: list, words: str) -> None:
    with pytest.raises(Problem, match=words):
        trial(NO_ARMS, told(rows), CONTEXT, (), NOW)
