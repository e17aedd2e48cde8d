import numpy as np
import pandas as pd
import pytest
from effect_tables import after, before, many

from leadline.effects.itt import intention_to_treat
from leadline.effects.measures import measured
from leadline.effects.trial import Trial

WEEKS = (4, 8, 12)


def cell(one: Trial, found: pd.DataFrame, method: str, measure: str = "churn_12", part: str = "all") -> pd.Series:
    rows = found[(found["measure"] == measure) & (found["method"] == method) & (found["slice"] == part)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_measures_by_eye() -> None:
    one = many(4, 1)
    then = after(one, left=[1, 0, 0, np.nan], arr=[0, 900, 1500, 1000], events=[0, 9, 99, 999])
    known = before(one)
    assert measured(then, known, "churn", 12).y.tolist() == [1, 0, 0]
    assert measured(then, known, "arr_kept", 12).y.tolist() == [0, 900, 1000, 1000]
    assert measured(then, known, "expansion", 12).y.tolist() == [0, 0, 500, 0]
    assert measured(then, known, "usage", 12).y.round(2).tolist() == [0.0, 0.18, 1.98, 19.98]
    assert measured(then, known, "arr_kept", 12).moved.tolist() == [True, True, False, False]
    assert measured(then, known, "churn", 12).units.tolist() == [0, 1, 2]  # the fourth is not ripe


def test_a_hundred_accounts_by_eye() -> None:
    """40 held out, of whom 20 left; of 60 to be treated 15 left: 25 points less."""
    one = many(100, 40)
    left = [1.0] * 20 + [0.0] * 20 + [1.0] * 15 + [0.0] * 45
    found = intention_to_treat(one, after(one, left, arr=[1000 * (1 - x) for x in left]), before(one), WEEKS).effects
    churn, kept = cell(one, found, "plain"), cell(one, found, "plain", "arr_kept_12")
    assert churn["estimate"] == pytest.approx(-0.25)
    assert kept["estimate"] == pytest.approx(250)
    assert cell(one, found, "adjusted", "arr_saved_12")["estimate"] == pytest.approx(60 * 250)
    assert (churn["n_treat"], churn["n_holdout"], churn["proof"]) == (60, 40, True)
    assert churn["low"] < -0.25 < churn["high"] < 0
    looked = cell(one, found, "anytime")
    assert looked["low"] < churn["low"]
    assert looked["high"] > churn["high"]


def test_usage_is_told_beside_usage_before() -> None:
    """All made 50 events before; afterwards those held out 10 and the others 20: a fifth of 50 more."""
    one = many(100, 50)
    then = after(one, [0.0] * 100, events=[10.0] * 50 + [20.0] * 50)
    found = intention_to_treat(one, then, before(one), WEEKS).effects
    assert cell(one, found, "plain", "usage_4")["estimate"] == pytest.approx(0.2)


def test_the_effect_on_those_contacted_where_contact_was_partial() -> None:
    """Half of those to be treated were contacted, and only these stayed more: the effect on them is twice as large."""
    one = many(200, 100)
    contacted = np.arange(200) >= 150
    days = np.where(contacted, 60.0, np.nan)
    one = Trial(one.units.assign(contacted=contacted, days_to_contact=days), 0, 0, one.mismatches)
    left = np.where(contacted, 0.0, np.arange(200) % 2)
    found = intention_to_treat(one, after(one, left), before(one), WEEKS).effects
    assert cell(one, found, "adjusted")["estimate"] == pytest.approx(-0.25)
    called = cell(one, found, "complier")
    assert called["estimate"] == pytest.approx(-0.5)
    assert called["low"] < -0.5 < called["high"] < 0
    assert "complier" not in set(found.loc[found["measure"] == "churn_8", "method"])  # none was contacted by then


def test_where_all_were_contacted_there_is_no_second_effect() -> None:
    one = many(100, 40)
    found = intention_to_treat(one, after(one, [i % 3 == 0 for i in range(100)]), before(one), WEEKS).effects
    assert set(found["method"]) == {"adjusted", "plain", "anytime"}


@pytest.mark.parametrize(
    ("n", "holdout", "left", "because"),
    [(100, 9, 50, "too_few"), (15, 10, 8, "too_few"), (100, 40, 7, "still"), (100, 40, None, "unripe")],
)
def test_where_there_is_too_little_there_is_no_number_but_a_reason(
    n: int, holdout: int, left: int | None, because: str
) -> None:
    one = many(n, holdout)
    gone = [np.nan] * n if left is None else [1.0] * left + [0.0] * (n - left)
    found = intention_to_treat(one, after(one, gone), before(one), (12,))
    assert "churn_12" not in set(found.effects["measure"])
    gap = found.gaps[(found.gaps["measure"] == "churn_12") & (found.gaps["slice"] == "all")].iloc[0]
    assert gap["because"] == because


def test_slices_are_of_play_cause_tier_and_stage() -> None:
    one = many(200, 80)
    units = one.units.assign(play=["train", "settle"] * 100, tier="growth", stage="renewal")
    found = intention_to_treat(Trial(units, 0, 0, {}), after(one, [i % 3 == 0 for i in range(200)]), before(one), (12,))
    slices = set(found.effects["slice"])
    assert slices == {"all", "play=train", "play=settle", "cause=product", "tier=growth", "stage=renewal"}
    half = cell(one, found.effects, "plain", part="play=train")
    assert (half["n_treat"], half["n_holdout"]) == (60, 40)


def test_without_money_there_are_no_measures_of_money() -> None:
    one = many(100, 40)
    unknown = after(one, [i % 3 == 0 for i in range(100)], arr=np.nan)
    found = intention_to_treat(one, unknown, before(one, arr=np.nan), WEEKS).effects
    assert {measure.rpartition("_")[0] for measure in found["measure"]} == {"churn", "usage"}


def test_a_share_that_was_changed_is_no_effect() -> None:
    """Half held out at first, when 60% left; a tenth later, when 10% did: in neither did treatment change anything."""
    n = 400
    one = many(n, 100)
    number = np.arange(n)
    early = (number < 80) | ((number >= 100) & (number < 180))
    left = np.where(early, number % 10 < 6, number % 10 < 1).astype(float)
    known = before(one).assign(share=np.where(early, 0.5, 0.1))
    found = intention_to_treat(one, after(one, list(left)), known, (12,)).effects
    assert cell(one, found, "plain")["high"] < 0  # time looks like an effect
    assert cell(one, found, "adjusted")["estimate"] == pytest.approx(0, abs=0.02)
