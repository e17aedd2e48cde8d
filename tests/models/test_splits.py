"""Rolling origin: nothing of the future is learned."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.models.splits import first_learnable, known_labels, rolling_origin, settled, training_rows
from leadline.problem import Problem

DAY = pd.Timedelta(days=1)
START = pd.Timestamp("2024-01-01")


def rows(*lines: tuple[str, int, int, int | None]) -> pd.DataFrame:
    """outcome, as_of (days from 1 January), observed, known_at (days; None: by default)."""
    outcome, as_of, observed, known = zip(*lines, strict=True)
    return pd.DataFrame(
        {
            "outcome": outcome,
            "as_of": [START + d * DAY for d in as_of],
            "observed": observed,
            "known_at": pd.to_datetime([START + k * DAY if k is not None else pd.NaT for k in known]),
        }
    )


def test_a_label_is_the_default_until_something_is_known() -> None:
    table = rows(("churn", 0, 0, 10), ("churn", 0, 1, None), ("expansion", 0, 1, 10), ("expansion", 0, 0, None))
    assert list(known_labels(table, START + 10 * DAY)) == [1, 1, 0, 0]
    assert list(known_labels(table, START + 11 * DAY)) == [0, 1, 1, 0]


def test_a_row_is_learned_from_on_the_day_it_settles() -> None:
    as_of = pd.Series([START, START + DAY, START + 2 * DAY])
    assert list(settled(as_of, START + 31 * DAY, 30)) == [True, True, False]


def test_training_rows_carry_labels_as_known_then() -> None:
    table = rows(("churn", 0, 0, 50), ("churn", 5, 0, 20), ("churn", 30, 1, None))
    kept = training_rows(table, START + 40 * DAY, 30)
    assert list(kept["observed"]) == [1, 0]


def test_nothing_to_learn_is_a_problem() -> None:
    with pytest.raises(Problem, match="Nothing can be learned as of 2024-01-11: an outcome takes 30 days"):
        training_rows(rows(("churn", 0, 1, None)), START + 10 * DAY, 30)


def test_the_first_learnable_date_has_enough_of_both_kinds_behind_it() -> None:
    table = rows(("churn", 0, 1, None), ("churn", 10, 1, None), ("churn", 20, 0, 21), ("churn", 60, 1, None))
    assert first_learnable(table, 30, 2) == START + 60 * DAY
    assert first_learnable(table, 30, 3) is None


def test_every_test_date_has_a_fold_of_its_own_until_there_are_too_many() -> None:
    dates = [START + d * DAY for d in (0, 7, 14, 21, 28)]
    assert [fold.tests for fold in rolling_origin(dates, 5)] == [(d,) for d in dates]
    few = rolling_origin(dates, 2)
    assert [fold.fitted_at for fold in few] == [dates[0], dates[3]]
    assert [len(fold.tests) for fold in few] == [3, 2]
    assert rolling_origin([], 5) == ()


lines = st.lists(
    st.tuples(
        st.sampled_from(["churn", "expansion"]),
        st.integers(0, 60),
        st.integers(0, 1),
        st.one_of(st.none(), st.integers(0, 120)),
    ),
    min_size=1,
    max_size=30,
)


@given(lines, st.integers(0, 120), st.integers(0, 40))
def test_no_training_row_reaches_past_the_moment_and_no_label_was_known_later(
    drawn: list[tuple[str, int, int, int | None]], day: int, settled_days: int
) -> None:
    table, at = rows(*drawn), START + day * DAY
    try:
        kept = training_rows(table, at, settled_days)
    except Problem:
        assert (table["as_of"] + settled_days * DAY > at).all()
        return
    assert (kept["as_of"] + settled_days * DAY <= at).all()
    later = table.loc[kept.index, "known_at"] >= at
    default = table.loc[kept.index, "outcome"].map({"churn": 1, "expansion": 0})
    assert (kept["observed"] == default)[later].all()


@given(lines, st.integers(0, 120), st.integers(0, 40))
def test_what_becomes_known_later_changes_no_label(
    drawn: list[tuple[str, int, int, int | None]], day: int, settled_days: int
) -> None:
    at = START + day * DAY
    table = rows(*drawn)
    other = table.assign(observed=table["observed"].where(table["known_at"] < at, 1 - table["observed"]))
    try:
        kept = training_rows(table, at, settled_days)
    except Problem:
        return
    pd.testing.assert_frame_equal(kept, training_rows(other, at, settled_days))
