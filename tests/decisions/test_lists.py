import numpy as np
import pandas as pd
import pytest
from decision_tables import COLUMNS, NOW, chosen, context, experiment, fall, falls, playbook, scores
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from leadline.decisions.arms import drawn, nobody
from leadline.decisions.capacity import Places
from leadline.decisions.cause import causes
from leadline.decisions.lists import scored_accounts, with_arms
from leadline.experiment import Experiment
from leadline.problem import Problem

DRIVER = ("indicator", "value", "change", "contribution", "sentence")
DESIGNED = [
    *("account_id", "name", "as_of", "horizon_days", "p_churn", "p_expand", "percentile", "band", "arr"),
    *("expected_loss", "stage", "tier", "csm", "listed_because"),
    *(f"driver_{i}_{part}" for i in (1, 2, 3) for part in DRIVER),
    *("score_change", "change_because", "score_change_data", "score_change_model"),
    *("cause", "play", "arm", "data_quality", "model_version"),
]

BOOK = playbook(rules=[{"family": "key users", "play": "reconnect"}])
RISKS = {"a": 0.5, "b": 0.9, "c": 0.05, "d": 0.04}
FALLS = [fall("a", 0.38, own=0.43), fall("b", 0.02), fall("c", -0.1), fall("d", 0.0)]


def table(
    risks: dict[str, float] = RISKS,
    rows: list = FALLS,
    state: pd.DataFrame | None = None,
    asked: Experiment | None = None,
    **columns: object,
) -> pd.DataFrame:
    asked = asked or experiment()
    state = context(list(risks)) if state is None else state
    fell = falls(rows)
    found = scores(risks, **columns)
    return scored_accounts(
        found, state, fell, chosen(found, state, fell, asked), causes(fell), BOOK, asked, COLUMNS, "7"
    )


def test_the_columns_are_those_of_the_design() -> None:
    assert table().columns.tolist() == DESIGNED
    assert table({}, []).columns.tolist() == DESIGNED


def test_the_list_by_eye() -> None:
    found = table(asked=experiment(1, 2, holdout_share=0.0)).set_index("account_id")
    assert found.index.tolist() == ["b", "a", "c", "d"]
    past, line = "against its own past while peers", "which reaches this week's line of 2%"
    assert found["listed_because"].to_dict() == {
        "b": f"active users (28 days) fell 2% {past} held steady, {line}; "
        "its chance of leaving is 90%, so stepping in is worth $1,960 a year; "
        "nothing fell by a tenth or more",
        "a": f"active users (28 days) fell 43% {past} fell 5%, {line}; "
        "its chance of leaving is 50%, so stepping in is worth $1,000 a year; "
        "the fall in active users (28 days) is the account's own",
        "c": "",
        "d": "",
    }
    assert found["cause"].tolist() == ["unknown", "business", "unknown", "unknown"]
    assert found["play"].tolist() == ["check_in", "check_in", "", ""]
    assert found["data_quality"].unique().tolist() == ["ok"]
    assert found["model_version"].unique().tolist() == ["7"]
    assert found["horizon_days"].unique().tolist() == [90]
    assert found["as_of"].unique().tolist() == [NOW]
    assert found.loc["a", "name"] == "Company a"


def test_the_first_reason_steers_the_play_by_column_or_by_indicator() -> None:
    for reason in ("key_users_silent_28", "key_users_silent"):
        found = table(driver_1_indicator=reason)
        assert found["play"].tolist() == ["reconnect", "reconnect", "", ""]


def test_unlisted_accounts_go_by_risk_then_name() -> None:
    found = table({"z": 0.1, "y": 0.2, "x": 0.1}, [], asked=experiment(0, 0))
    assert found["account_id"].tolist() == ["y", "x", "z"]
    assert found["listed_because"].eq("").all()


def test_a_rule_may_name_the_tier() -> None:
    book = playbook(rules=[{"tier": "benchmark", "play": "reconnect"}])
    state = context(list(RISKS), tier=["standard", "benchmark", None, None])
    fell = falls(FALLS)
    who = chosen(scores(RISKS), state, fell, experiment())
    found = scored_accounts(scores(RISKS), state, fell, who, causes(fell), book, experiment(), COLUMNS, "7")
    assert found["play"].tolist() == ["reconnect", "check_in", "", ""]


def test_open_interventions_leave_fewer_places() -> None:
    full = Places(1, experiment(1, 2).capacity, {"Anna Li": 1})
    found = chosen(scores(RISKS), context(list(RISKS)), falls(FALLS), experiment(1, 2), full)
    assert found["account_id"].tolist() == ["b"]


def test_an_announced_leaver_is_told_apart_and_not_scored() -> None:
    state = context(["a", "b", "gone", "asleep"], announced=[False, False, True, False])
    found = table({"a": 0.5, "b": 0.9, "gone": 0.99}, [fall("a", 0.4), fall("b", 0.1)], state, band="high")
    assert found["account_id"].tolist() == ["b", "a", "gone"]
    last = found.iloc[-1]
    assert last["data_quality"] == "leaving announced"
    assert last[["p_churn", "p_expand", "band", "expected_loss", "driver_1_sentence"]].isna().all()
    assert last[["listed_because", "play", "arm", "cause"]].tolist() == [""] * 4
    assert last["name"] == "Company gone"


def test_without_money_the_riskiest_are_listed() -> None:
    state = context(list(RISKS), arr=float("nan"), csm=None)
    found = table(state=state, asked=experiment(1, 3))
    assert found["account_id"].tolist() == ["b", "a", "c", "d"]
    assert found["listed_because"].ne("").tolist() == [True, True, True, False]


def test_arms_are_told_of_the_listed_only() -> None:
    risks = {f"{i:03}": 0.9 for i in range(60)}
    unmarked = table(risks, [], asked=experiment(5, 10), state=context(list(risks), csm=None))
    assert set(unmarked["arm"]) == {""}
    arms = drawn(nobody(), unmarked.head(50), "demo", 0.4, ())
    found = with_arms(unmarked, arms)
    assert found["arm"].head(50).value_counts().to_dict() == {"treat": 30, "holdout": 20}
    assert set(found["arm"].tail(10)) == {""}


def test_one_account_alone() -> None:
    assert table({"a": 0.5}, [fall("a", 0.0)])["listed_because"].str.startswith(
        "its chance of leaving is 50%, so"
    ).tolist() == [True]


@settings(deadline=None, max_examples=10)
@given(
    st.lists(st.sampled_from([0.02, 0.5, 0.9]), max_size=12),
    st.integers(0, 3),
    st.integers(0, 5),
    st.randoms(use_true_random=False),
)
def test_capacity_holds_and_order_changes_nothing(risks: list[float], csms: int, each: int, random: object) -> None:
    named = {f"{i:02}": p for i, p in enumerate(risks)}
    state = context(list(named), csm=["Anna", "Bo", None][: len(named)] + [None] * max(len(named) - 3, 0))
    fell = falls([fall(a, p) for a, p in named.items()])
    asked = experiment(csms, each, holdout_share=0.3)

    def run(*frames: pd.DataFrame) -> pd.DataFrame:
        return scored_accounts(*frames, chosen(*frames, asked), causes(frames[2]), BOOK, asked, COLUMNS, "7")

    found = run(scores(named), state, fell)
    listed = found["listed_because"].ne("")
    assert listed.sum() <= csms * each
    assert (found.loc[listed, "csm"].dropna().value_counts() <= each).all()
    assert (listed == found["play"].ne("")).all()
    assert sorted(found["account_id"]) == sorted(named)
    mixed = (f.sample(frac=1, random_state=random.randrange(99)) for f in (scores(named), state, fell))
    assert_frame_equal(found, run(*mixed))


def test_equal_accounts_are_listed_by_name() -> None:
    alike = dict.fromkeys("edcba", 0.5)
    found = table(alike, [fall(name, 0.0) for name in alike])
    assert found["account_id"].tolist() == ["a", "b", "c", "d", "e"]
    assert found["listed_because"].ne("").sum() == 2


@pytest.mark.parametrize(
    ("scored", "state", "said"),
    [
        (pd.concat([scores({"a": 0.1})] * 2), context(["a"]), "scores hold account a more than once"),
        (scores({"a": 0.1}), context(["a", "a"]), "context hold account a more than once"),
        (scores({"a": 0.1, "b": 0.2}), context(["a"]), "1 scored accounts have no context, first b"),
        (
            scores({"a": 0.1}),
            context(["a"], pd.Timestamp("2024-02-26")),
            "speak for 2 dates, first 2024-02-26",
        ),
        (scores({"a": 1.5}), context(["a"]), "'p_churn' failed .* failure cases: 1.5"),
    ],
)
def test_wrong_input_is_refused(scored: pd.DataFrame, state: pd.DataFrame, said: str) -> None:
    who = chosen(scores({}), context([]), falls([]), experiment())
    with pytest.raises(Problem, match=said):
        scored_accounts(scored, state, falls([]), who, causes(falls([])), BOOK, experiment(), COLUMNS, "7")


def test_numbers_are_numbers_and_times_microseconds() -> None:
    found = table()
    assert found["as_of"].dtype == "datetime64[us]"
    assert all(found[c].dtype == np.float64 for c in ("p_churn", "arr", "driver_3_contribution"))
