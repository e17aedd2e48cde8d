"""The promotion rule, on forward tests one can check by eye."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, log_loss

from leadline.models.promotion import ENOUGH, Contender, compare, decide, fewer_accounts, published, shared
from leadline.models.promotion_words import WORDS

DATE = pd.Timestamp("2024-03-01")
LEAVERS, STAYERS = 10, 30


def forward(leavers: float, stayers: float, n: int = LEAVERS, m: int = STAYERS, first: int = 0) -> pd.DataFrame:
    """n accounts that left and m that stayed, each kind with one chance; accounts are numbered from `first`."""
    return pd.DataFrame(
        {
            "account_id": [f"a{first + i:03d}" for i in range(n + m)],
            "as_of": DATE,
            "observed": [1] * n + [0] * m,
            "p": [leavers] * n + [stayers] * m,
        }
    )


def contender(predictions: pd.DataFrame, recipe: str = "new", **more: object) -> Contender:
    return Contender(predictions, (recipe, "code"), "90 days", "2024-06-01", **more)


def champion(predictions: pd.DataFrame, recipe: str = "old", **more: object) -> Contender:
    return contender(predictions, recipe, version="3", **more)


SHARP, FAIR, BLUNT = forward(0.8, 0.1), forward(0.6, 0.2), forward(0.25, 0.25)


@pytest.mark.parametrize(
    ("new", "old", "rule"),
    [
        (contender(SHARP), None, "first"),
        (contender(BLUNT), champion(SHARP, missing=("seats", "votes")), "missing"),
        (contender(BLUNT), champion(SHARP, readable=False), "unreadable"),
        (contender(BLUNT), replace(champion(SHARP), question="60 days"), "question"),
        (contender(BLUNT, forgotten="two"), champion(SHARP, forgotten="one"), "forgotten"),
        (contender(BLUNT), champion(forward(0.8, 0.1, n=4)), "untested"),
        (contender(BLUNT), champion(SHARP[:0]), "untested"),
        (contender(BLUNT[:0], "old"), champion(SHARP[:0]), "untested_refresh"),
        (contender(SHARP), champion(FAIR), "better"),
        (contender(FAIR), champion(FAIR), "same"),
        (contender(FAIR, "old"), champion(FAIR), "refresh"),
        (contender(SHARP, "old", leak="seats"), champion(FAIR), "refresh"),
        (contender(SHARP, leak="seats"), champion(FAIR, leak="seats"), "better"),
    ],
)
def test_promoted(new: Contender, old: Contender | None, rule: str) -> None:
    found = decide(new, old, seed=1)
    assert (found.promoted, found.rule) == (True, rule)
    assert found.sentence.startswith("Promoted: ")


@pytest.mark.parametrize(
    ("new", "old", "rule"),
    [
        (contender(BLUNT), champion(FAIR), "worse"),
        (contender(BLUNT, "old"), champion(FAIR), "refresh_worse"),
        (contender(SHARP, leak="seats"), champion(FAIR), "leak"),
        (contender(SHARP[:0]), champion(FAIR), "incomparable"),
        (contender(forward(0.8, 0.1, first=500), "old"), champion(FAIR), "incomparable"),
        (contender(forward(0.8, 0.1, n=4)), champion(forward(0.6, 0.2, n=4)), "incomparable"),
    ],
)
def test_the_champion_stays(new: Contender, old: Contender, rule: str) -> None:
    found = decide(new, old, seed=1)
    assert (found.promoted, found.rule) == (False, rule)
    assert found.sentence.startswith("Not promoted, version 3 stays champion: ")


def test_a_new_recipe_that_may_be_better_by_chance_stays_challenger_but_a_refresh_is_taken() -> None:
    """One leaver is told much better, one a little worse: log-loss is lower, but the interval holds 0."""
    p = np.array([0.9, 0.5, *[0.6] * 8, *[0.2] * 30])
    loss = compare(shared(FAIR.assign(p=p), FAIR), seed=1).loss
    assert loss.low < loss.new - loss.old < 0 < loss.high
    assert decide(contender(FAIR.assign(p=p)), champion(FAIR), seed=1).rule == "not_better"
    assert decide(contender(FAIR.assign(p=p), "old"), champion(FAIR), seed=1).rule == "refresh"


def test_a_lower_log_loss_does_not_make_up_for_a_worse_top_of_the_list() -> None:
    """Both rank by a rule; the new one is far better calibrated, but puts six stayers above every leaver."""
    old = forward(0.99, 0.9)
    new = FAIR.assign(p=[0.3] * 10 + [0.35] * 6 + [0.1] * 24)
    found = decide(contender(new), champion(old), seed=1)
    assert (found.promoted, found.rule) == (False, "lower_precision")


def test_the_sentence_gives_figures_and_intervals() -> None:
    found = decide(contender(SHARP), champion(BLUNT), seed=1)
    loss = [-(0.25 * np.log(a) + 0.75 * np.log1p(-b)) for a, b in ((0.8, 0.1), (0.25, 0.25))]
    assert found.sentence.startswith(
        "Promoted: it is better than version 3 out of time, by the interval. On the 40 rows that both forward tests "
        f"hold, 10 of them positive: log-loss {loss[0]:.4f} against {loss[1]:.4f} "
        f"(difference {loss[0] - loss[1]:+.4f} ["
    )
    assert "average precision 1.0000 against 0.2500 (difference +0.7500 [" in found.sentence


def test_what_cannot_be_compared_says_what_was_there_and_what_it_takes() -> None:
    found = decide(contender(SHARP[8:]), champion(FAIR), seed=1)
    assert "share 32 rows, with 2 accounts of the rarer kind, of 5 needed" in found.sentence


def test_a_column_that_is_gone_is_named() -> None:
    found = decide(contender(SHARP), champion(FAIR, missing=("seats", "votes")), seed=1)
    assert "it needs 2 columns that are no longer built, first seats." in found.sentence


def test_what_was_published_is_what_counts() -> None:
    rows = SHARP.assign(outcome="churn", recency=0.3, renewal_curve=np.nan)
    assert published(rows, "model").equals(SHARP)
    assert published(rows, "recency")["p"].eq(0.3).all()
    assert published(rows, "renewal_curve").empty
    assert published(rows, "a rule of the past").empty


def test_shared_rows_go_by_what_is_known_of_them_now() -> None:
    late = SHARP.assign(observed=1 - SHARP["observed"], p=0.5).sample(frac=1, random_state=1)
    rows = shared(late, SHARP[5:])
    assert list(rows["account_id"]) == list(SHARP["account_id"][5:])
    assert rows["p_new"].eq(0.5).all()
    assert rows["p_old"].equals(SHARP["p"][5:].reset_index(drop=True))
    assert rows["observed"].equals(1 - SHARP["observed"][5:].reset_index(drop=True))


def test_accounts_are_counted_and_not_their_rows() -> None:
    twice = pd.concat([forward(0.8, 0.1, n=4), forward(0.8, 0.1, n=4).assign(as_of=DATE + pd.Timedelta(days=30))])
    assert fewer_accounts(twice) == 4
    assert fewer_accounts(SHARP[:0]) == 0
    assert decide(contender(twice), champion(twice), seed=1).rule == "incomparable"


def test_rows_of_one_account_are_drawn_together() -> None:
    """The same rows say less where they are of few accounts."""
    rng = np.random.default_rng(1)
    rows = forward(0.6, 0.2, n=60, m=180).assign(p=lambda t: np.clip(t["p"] + rng.normal(0, 0.15, len(t)), 0.01, 0.99))
    rows = rows.rename(columns={"p": "p_new"}).assign(p_old=0.3)
    few = rows.assign(account_id=[f"a{i // 12}" for i in range(len(rows))])
    apart, together = (compare(table, seed=1).loss for table in (rows, few))
    assert together.new == apart.new
    assert together.high - together.low > 1.5 * (apart.high - apart.low)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_figures_are_those_of_scikit_learn_and_turn_round_with_the_sides(seed: int) -> None:
    rng = np.random.default_rng(seed)
    y = np.array([1] * ENOUGH + [0] * ENOUGH + list(rng.integers(0, 2, 30)))
    names = [f"a{i:02d}" for i in range(len(y))]
    new, old = (
        pd.DataFrame({"account_id": names, "as_of": DATE, "observed": y, "p": rng.uniform(0.01, 0.99, len(y)).round(1)})
        for _ in range(2)
    )
    there, back = compare(shared(new, old), 3), compare(shared(old, new), 3)
    p = new["p"].clip(1e-9, 1 - 1e-9)
    assert there.loss.new == pytest.approx(log_loss(y, p))
    assert there.precision.new == pytest.approx(average_precision_score(y, new["p"]))
    assert (there.loss.low, there.loss.high) == pytest.approx((-back.loss.high, -back.loss.low))
    assert not (there.better and back.better)


def test_the_same_seed_decides_the_same_and_order_changes_nothing() -> None:
    mixed = contender(SHARP.sample(frac=1, random_state=3))
    assert decide(mixed, champion(FAIR), seed=5) == decide(contender(SHARP), champion(FAIR), seed=5)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_rule_is_told_in_both_languages(language: str) -> None:
    assert all(set(words) == {"en", "zh"} for words in WORDS.values())
    for old in (None, champion(FAIR), champion(FAIR, missing=("seats",)), champion(SHARP[:0]), champion(SHARP)):
        for new in (contender(SHARP), contender(BLUNT, "old"), contender(SHARP[:0], leak="seats")):
            sentence = decide(new, old, 1, language).sentence
            assert "{" not in sentence
            assert ("晋升" in sentence) == (language == "zh")
