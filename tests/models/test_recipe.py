"""How to fit is chosen on rows predicted forward."""

import numpy as np
import pytest
from model_tables import task_of

from leadline.models import recipe
from leadline.models.calibration import IDENTITY
from leadline.models.forward import Judged, Task
from leadline.models.lightgbm_model import TreeSettings, fit_trees
from leadline.models.recipe import USUAL, Candidate, Choice, Ground, Recipe, choose, ground, only, search


def test_trees_are_added_where_they_help() -> None:
    choice = choose(task_of(curve=True), trees=100)
    assert choice.kind == "blend"
    assert choice.rounds > 10


def test_growing_stops_once_more_trees_have_long_made_it_worse() -> None:
    noise = task_of(strength=0.0)
    choice, judged = recipe._blend(ground(noise), 300, USUAL)
    assert choice.rounds < 100
    assert choice.log_loss == judged.log_loss


@pytest.mark.parametrize(("log_loss", "kind"), [(0.1, "blend"), (9.0, "logistic")])
def test_what_predicts_better_is_taken(monkeypatch: pytest.MonkeyPatch, log_loss: float, kind: str) -> None:
    blend = Choice("blend", 1.0, rounds=10, log_loss=log_loss)
    monkeypatch.setattr(recipe, "_blend", lambda *_: (blend, Judged(IDENTITY, log_loss, np.zeros(1))))
    assert choose(task_of(), trees=40).kind == kind


def test_noise_calls_for_a_strong_penalty() -> None:
    assert choose(task_of(strength=0.0), 0).penalty == 100 > choose(task_of(months=30, strength=3.0), 0).penalty


@pytest.mark.parametrize(("strength", "extra", "slope"), [(3.0, 0, (1.2, 9)), (0.0, 60, (0.1, 0.8))])
def test_with_nothing_later_to_test_on_other_accounts_say_how_sure_to_be(
    strength: float, extra: int, slope: tuple[float, float]
) -> None:
    """A cautious regression: too cautious where an input tells much, too sure where sixty tell nothing."""
    choice = choose(with_noise(extra, task_of(months=2, strength=strength)), trees=40)
    assert (choice.kind, choice.penalty) == ("logistic", 100.0)
    assert slope[0] < choice.calibration.slope < slope[1]


def test_with_nobody_to_test_on_it_is_left_as_it_is() -> None:
    choice = choose(task_of(months=2, accounts=9), trees=40)
    assert (choice.kind, choice.penalty, choice.calibration) == ("logistic", 100.0, IDENTITY)


def with_noise(extra: int, t: Task) -> Task:
    """A task of two inputs, of which the first tells, behind so many that tell nothing."""
    noise = np.random.default_rng(1).normal(size=(len(t.x), extra))
    return Task(np.hstack([noise, t.x]), t.observed, t.rows, t.start, (0,) * (extra + 2), t.settled_days, 7)


def test_inputs_rank_by_what_they_tell_in_every_block() -> None:
    assert ground(with_noise(20, task_of(curve=True))).ranking[0] == 20


def test_trees_read_only_the_inputs_that_they_may() -> None:
    t = with_noise(3, task_of(curve=True))
    grown = fit_trees(only(t.x, (3,)), t.observed, np.zeros(len(t.x)), t.directions, rounds=10, seed=1)
    used = {int(i) for line in grown.splitlines() if line.startswith("split_feature=") for i in line[14:].split()}
    assert used == {3}
    assert (only(t.x, ()) == t.x).all()


def scripted(monkeypatch: pytest.MonkeyPatch, saved: float) -> None:
    """Every recipe leaves the log-loss of the usual one, but that with 15 leaves, which saves something on each of four
    accounts."""

    def told(_: Ground, trees: int, tried: Recipe) -> Candidate:
        better = saved if tried.trees.leaves == 15 else 0.0
        return Choice("blend", 1.0), Judged(
            IDENTITY, 2 - better, np.array([2, 2, 2, 2]) - np.array([3, 1, 2, 2]) * better
        )

    monkeypatch.setattr(recipe, "_blend", told)


def test_a_recipe_replaces_the_usual_one_only_where_it_is_clearly_better(monkeypatch: pytest.MonkeyPatch) -> None:
    scripted(monkeypatch, saved=0.1)
    assert search(task_of(), 40, trials=30).trees.leaves == 15
    scripted(monkeypatch, saved=0.0)
    assert search(task_of(), 40, trials=30) == USUAL


def test_a_search_finds_the_same_twice_and_nothing_without_trials() -> None:
    t = task_of(curve=True)
    assert search(t, 40, trials=4) == search(t, 40, trials=4)
    assert search(t, 40, trials=0) == USUAL
    assert search(task_of(months=2), 40, trials=4) == USUAL


def test_what_was_chosen_is_told_in_numbers() -> None:
    choice = Choice("blend", 20.0, 0.5, 30, TreeSettings(leaves=8), (4, 2))
    assert choice.notes | {"leaves": 8, "rounds": 30, "linear": 0.5, "inputs": 2, "penalty": 20.0} == choice.notes
    assert Choice("logistic", 20.0).notes == {"rounds": 0, "penalty": 20.0}
