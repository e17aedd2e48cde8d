from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from effect_tables import after, before, many
from pandas.testing import assert_frame_equal

from leadline.effects.findings import Findings, randomised, read
from leadline.effects.measures import measured
from leadline.effects.trial import Trial
from leadline.effects.uplift_proof import inputs, like, uplift_proof
from leadline.experiment import Experiment, Outcomes, Value

ASKED = Experiment(
    name="t",
    question="?",
    source="demo",
    outcomes=Outcomes(mode="contract"),
    value=Value(save_rate=0.5),
    holdout_share=0.4,
)


def found(n: int = 100, holdout: int = 40, left: list[float] | None = None) -> tuple[Trial, Findings]:
    one = many(n, holdout, every=5)
    gone = [float(i % 4 == 0) for i in range(n)] if left is None else left
    kept = [1000 * (1 - x) for x in gone]
    at = one.units["listed_as_of"].max() + np.timedelta64(7, "D")
    return one, randomised(one, after(one, gone, kept), before(one), (4, 8, 12), ASKED, at)


def test_facts_by_eye() -> None:
    _, findings = found()
    facts = findings.facts
    assert (facts["treat"], facts["holdout"], facts["contacted"], facts["exempt"]) == (60, 40, 60, 0)
    assert (facts["first"], facts["last"]) == ("2024-01-01", "2024-05-13")
    churn, kept = facts["power"]
    assert churn["effect"] == pytest.approx(0.125)  # half of the quarter of those held out that left
    assert kept["effect"] == pytest.approx(125)
    assert churn["weekly"] == pytest.approx(5)
    assert churn["weeks"] == np.ceil((churn["needed"] - 100) / 5)
    assert facts["uplift"]["verdict"] == "too_few"


def test_before_there_is_a_number_the_scores_say_how_long_it_takes() -> None:
    _, findings = found(left=[np.nan] * 100)
    churn = findings.facts["power"][0]
    assert churn["effect"] == pytest.approx(0.1)  # half of the chance of 20% that the scores give
    assert churn["needed"] > 100
    assert findings.effects.query("measure == 'churn_12'").empty


def test_written_and_read_again(tmp_path: Path) -> None:
    _, findings = found()
    findings.write(tmp_path)
    again = read(tmp_path)
    assert_frame_equal(again.effects, findings.effects)
    assert_frame_equal(again.gaps, findings.gaps)
    assert again.facts == findings.facts
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "effects.json", "effects.parquet", "effects_gaps.parquet",
    ]  # fmt: skip


def test_a_sentence_is_written_where_there_is_no_number(tmp_path: Path) -> None:
    Findings(because="Nobody has been listed yet.").write(tmp_path)
    again = read(tmp_path)
    assert again.because == "Nobody has been listed yet."
    assert again.effects.empty


def trial_of(effects: np.ndarray, seed: int) -> tuple[Trial, np.ndarray, dict[str, list[float]]]:
    """A trial in which accounts leave at 40%, and less by `effects` (an element each) if treated."""
    random, n = np.random.default_rng(seed), len(effects)
    one = many(n, n // 2)
    treated = one.treated.to_numpy()
    left = (random.random(n) < 0.4 - effects * treated).astype(float)
    return one, left, {"p": list(random.uniform(0.35, 0.45, n)), "arr": [1000.0] * n}


def test_too_few_accounts_are_not_tried() -> None:
    one, left, known = trial_of(np.zeros(190), 1)
    churn = measured(after(one, list(left)), before(one, **known), "churn", 12)
    proof = uplift_proof(one, churn, before(one, **known), 7)
    assert (proof.verdict, proof.fewest, proof.model) == ("too_few", 95, None)


def test_effects_that_differ_are_found_and_rank_lists() -> None:
    n = 2000
    helped = np.arange(n) % 2 == 0
    one, left, known = trial_of(np.where(helped, 0.38, 0.0), 3)
    one = replace(one, units=one.units.assign(play=np.where(helped, "train", "settle"), tier="growth", stage="renewal"))
    state = before(one, **known)
    proof = uplift_proof(one, measured(after(one, list(left)), state, "churn", 12), state, 7)
    assert proof.verdict == "proven"
    assert proof.more_than_value is not None
    assert proof.more_than_value.low > 0
    assert proof.model is not None
    new = state.assign(play=one.units["play"], cause="product", stage="renewal", tier="growth").head(2)
    first, second = proof.model.predict(like(proof.model, inputs(new)))
    assert first > second + 0.1
    assert proof.curve is not None
    assert set(proof.curve["policy"]) == {"risk", "value", "uplift"}


@pytest.mark.parametrize("effect", [0.0, 0.2])
def test_where_all_gain_alike_none_is_found(effect: float) -> None:
    verdicts = []
    for seed in range(3):
        one, left, known = trial_of(np.full(400, effect), seed)
        one = replace(one, units=one.units.assign(play=["train", "settle"] * 200, tier="growth", stage="renewal"))
        state = before(one, **known)
        verdicts.append(uplift_proof(one, measured(after(one, list(left)), state, "churn", 12), state, 7).verdict)
    assert verdicts.count("none_found") >= 2
    assert "proven" not in verdicts
