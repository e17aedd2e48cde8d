"""Why a score moved."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_tables import column

from leadline.models.change import Earlier, score_changes
from leadline.models.fitted import Fitted
from leadline.models.logistic import Logistic
from leadline.models.rule import Rule

COLUMNS = (column("silent", "recency"), column("people"))
LINE = Logistic((0.0, 0.0), (), (0.0, 0.0), (1.0, 1.0), (1.0, -0.5), 0.0)
MODEL = Fitted("churn", "logistic", ("silent", "people"), 0.1, 1, 1, "", logistic=LINE)


def at(**values: tuple[float, float]) -> pd.DataFrame:
    rows = [(account, silent, people) for account, (silent, people) in values.items()]
    return pd.DataFrame(rows, columns=["account_id", "silent", "people"])


def test_the_indicator_that_moved_it_most_is_named() -> None:
    moved = score_changes(MODEL, at(a=(1, 2), b=(-1, 2)), at(a=(0, 2.5), b=(0, -1)), COLUMNS, "en")
    assert moved["score_change"].tolist() == pytest.approx([0.5 - 0.2227001, 0.1192029 - 0.6224593])
    assert moved["change_because"].tolist() == [
        "risk up 27.7 points, most of it: silent is 1, against 0 four weeks earlier",
        "risk down 50.3 points, most of it: people is 2, against -1 four weeks earlier",
    ]


def test_an_account_that_was_not_there_has_no_change() -> None:
    moved = score_changes(MODEL, at(a=(1, 2), b=(1, 2)), at(b=(1, 2)), COLUMNS, "en")
    assert np.isnan(moved["score_change"][0])
    assert moved["score_change"][1] == 0
    assert moved["change_because"].tolist() == ["", ""]


def test_less_than_half_a_point_needs_no_reason() -> None:
    moved = score_changes(MODEL, at(a=(0.01, 0)), at(a=(0, 0)), COLUMNS, "en")
    assert 0 < moved["score_change"][0] < 0.005
    assert moved["change_because"][0] == ""


def test_it_is_said_in_chinese_too() -> None:
    moved = score_changes(MODEL, at(a=(1, 0)), at(a=(0, 0)), COLUMNS, "zh")
    assert moved["change_because"][0] == "风险上升 23.1 个百分点，主要体现在：silent为 1，四周前为 0"


def test_without_the_calendar_of_then_a_renewal_rule_has_no_change() -> None:
    rule = Rule("renewal_curve", alpha=1, beta=3, not_due=0.01)
    model = Fitted("churn", "rule", (), 0.1, 1, 1, "", rule=rule)
    now = at(a=(1, 0)).assign(due_for_renewal=True, renewals=0)
    assert score_changes(model, now, at(a=(1, 0)), COLUMNS, "en")["score_change"].isna().all()
    then = now.assign(due_for_renewal=False)
    assert score_changes(model, now, then, COLUMNS, "en")["score_change"].tolist() == pytest.approx([0.24])


OTHER = replace(MODEL, logistic=replace(LINE, weights=(0.5, -0.5), intercept=-1.0))
NOBODY = pd.Series(dtype="float64")


def chance(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))


def test_what_the_data_moved_and_what_the_model_moved_add_up() -> None:
    """a: silent for 2 after 0; the model then said 0.5 x silent - 0.5 x people - 1, and says 1 x silent - 0.5 x people.
    b: nothing moved but the model."""
    now, before = at(a=(2, 0), b=(1, 0)), at(a=(0, 0), b=(1, 0))
    moved = score_changes(MODEL, now, before, COLUMNS, "en", Earlier(OTHER, NOBODY))
    assert moved["score_change"].tolist() == pytest.approx([chance(2) - chance(-1), chance(1) - chance(-0.5)])
    assert moved["score_change_data"].tolist() == pytest.approx([chance(2) - chance(0), 0])
    assert moved["score_change_model"].tolist() == pytest.approx([chance(0) - chance(-1), chance(1) - chance(-0.5)])
    assert moved["change_because"].tolist() == [
        "risk up 61.2 points, most of it: silent is 2, against 0 four weeks earlier",
        "risk up 35.4 points, most of it: the model was trained again (+35.4 points)",
    ]
    chinese = score_changes(MODEL, now, before, COLUMNS, "zh", Earlier(OTHER, NOBODY))
    assert chinese["change_because"][1] == "风险上升 35.4 个百分点，主要体现在：模型重新训练（+35.4 个百分点）"


def test_the_chance_then_is_the_one_that_was_published() -> None:
    """a was published at 0.2, where the model of then says 0.269 of today's data of then; b was not published."""
    published = pd.Series({"a": 0.2})
    moved = score_changes(
        MODEL, at(a=(2, 0), b=(2, 0)), at(a=(0, 0), b=(0, 0)), COLUMNS, "en", Earlier(OTHER, published)
    )
    assert moved["score_change"].tolist() == pytest.approx([chance(2) - 0.2, chance(2) - chance(-1)])
    assert moved["score_change_model"].tolist() == pytest.approx([chance(0) - chance(-1)] * 2)


def test_a_model_against_the_data_is_told_with_its_sign() -> None:
    """Data raise the risk by 11.9 points, the model lowers it by 19.7."""
    moved = score_changes(OTHER, at(a=(1, 0)), at(a=(0, 0)), COLUMNS, "en", Earlier(MODEL, NOBODY))
    parts = moved[["score_change_data", "score_change_model"]].to_numpy()[0]
    assert parts.tolist() == pytest.approx([chance(-0.5) - chance(-1), chance(-1) - chance(0)])
    said = "risk down 12.2 points, most of it: the model was trained again (-23.1 points)"
    assert moved["change_because"][0] == said


def test_the_same_model_moves_nothing_and_one_whose_columns_are_gone_is_left_out() -> None:
    gone = replace(OTHER, columns=("silent", "gone"))
    for earlier in (Earlier(MODEL, NOBODY), Earlier(gone, NOBODY), None):
        moved = score_changes(MODEL, at(a=(1, 2)), at(a=(0, 2)), COLUMNS, "en", earlier)
        assert moved["score_change_model"].tolist() == [0]
        assert moved["score_change_data"].tolist() == moved["score_change"].tolist()


@settings(deadline=None)
@given(
    st.lists(st.tuples(*[st.floats(-20, 20)] * 4), min_size=1, max_size=5),
    st.tuples(*[st.floats(-3, 3)] * 3),
    st.booleans(),
)
def test_the_parts_always_add_up(
    rows: list[tuple[float, ...]], line: tuple[float, float, float], published: bool
) -> None:
    names = [f"a{i}" for i in range(len(rows))]
    now = at(**{name: row[:2] for name, row in zip(names, rows, strict=True)})
    before = at(**{name: row[2:] for name, row in zip(names, rows, strict=True)})
    then = replace(MODEL, logistic=replace(LINE, weights=line[:2], intercept=line[2]))
    said = pd.Series(0.3, names) if published else NOBODY
    moved = score_changes(MODEL, now, before, COLUMNS, "en", Earlier(then, said))
    parts = moved["score_change_data"] + moved["score_change_model"]
    np.testing.assert_allclose(parts, moved["score_change"], atol=1e-12)
    first = said.reindex(names).fillna(pd.Series(then.predict(before), names)).to_numpy()
    np.testing.assert_allclose(moved["score_change"], MODEL.predict(now) - first, atol=1e-12)
