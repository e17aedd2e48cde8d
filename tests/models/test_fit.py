"""Fitting, keeping and loading a model."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from model_tables import COLUMNS, company, experiment

from leadline.experiment import Experiment
from leadline.models.fit import MOST_ROWS, fingerprint, fit, fit_plain, monotone, thinned
from leadline.models.fitted import Fitted, load
from leadline.models.recipe import Choice
from leadline.models.rows import outcome_rows
from leadline.problem import Problem

ROWS = outcome_rows(*company(), "churn")


def blended(monkeypatch: pytest.MonkeyPatch, settings: Experiment | None = None) -> Fitted:
    """A model with every part, whatever forward validation would have said."""
    monkeypatch.setattr(
        "leadline.models.fit.choose", lambda task, trees, _: Choice("blend", 10.0, rounds=min(trees, 20))
    )
    return fit(ROWS, COLUMNS, "churn", settings or experiment())


def test_it_finds_what_tells_and_leaves_what_does_not() -> None:
    model = fit(ROWS, COLUMNS, "churn", experiment())
    assert np.corrcoef(model.predict(ROWS), ROWS["days_since_last_event"])[0, 1] > 0.8
    assert model.base_rate == pytest.approx(ROWS["observed"].mean())
    assert model.rows == len(ROWS)


def test_probabilities_are_about_right() -> None:
    model = fit(ROWS, COLUMNS, "churn", experiment())
    assert model.predict(ROWS).mean() == pytest.approx(ROWS["observed"].mean(), abs=0.03)


def test_few_outcomes_leave_no_room_for_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(
        "leadline.models.fit.choose", lambda _, trees, *more: asked.append(trees) or Choice("logistic", 10.0)
    )
    few, many = int(ROWS["observed"].sum()) + 1, int(ROWS["observed"].sum())
    fit(ROWS, COLUMNS, "churn", experiment(few_outcomes=few))
    fit(ROWS, COLUMNS, "churn", experiment(few_outcomes=many))
    assert asked == [0, 20]


def test_the_chance_of_churn_rises_with_silence_and_falls_with_use(monkeypatch: pytest.MonkeyPatch) -> None:
    model = blended(monkeypatch)
    assert model.kind == "blend"
    for name, sign in (("days_since_last_event", 1), ("events", -1)):
        ladder = pd.concat([ROWS[:1]] * 20, ignore_index=True).assign(**{name: np.linspace(0, 100, 20)})
        assert (sign * np.diff(model.predict(ladder)) >= 0).all()
    assert set(monotone(COLUMNS, "expansion")) == {0}


def test_the_baseline_knows_no_rule() -> None:
    assert fit_plain(ROWS, COLUMNS, "churn", experiment()).rule is None
    assert fit(ROWS, COLUMNS, "churn", experiment()).rule.name == "recency"
    assert fit(ROWS, COLUMNS, "churn", experiment("contract")).rule.name == "renewal_curve"


def test_one_label_only_leaves_small_chances() -> None:
    model = fit(ROWS.assign(observed=0), COLUMNS, "churn", experiment())
    assert model.predict(ROWS).max() < 0.1


def test_the_same_data_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        blended(monkeypatch).save(tmp_path / name)
    for file in ("model.txt", "model.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    assert (tmp_path / "one" / "model.txt").read_text().startswith("tree\n")


@pytest.mark.parametrize("mode", ["activity", "contract"])
def test_a_loaded_model_is_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    model = blended(monkeypatch, experiment(mode))
    model.save(tmp_path)
    again = load(tmp_path)
    assert again == model
    assert (again.predict(ROWS) == model.predict(ROWS)).all()


def test_what_is_kept_is_plain_json_and_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blended(monkeypatch).save(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["model.json", "model.txt"]
    assert json.loads((tmp_path / "model.json").read_text())["columns"] == [c.name for c in COLUMNS]


@pytest.mark.parametrize("harm", ["no file", "no json", "other trees", "unknown field"])
def test_a_model_that_cannot_be_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: str) -> None:
    blended(monkeypatch).save(tmp_path)
    file = tmp_path / "model.json"
    if harm == "no file":
        file.unlink()
    elif harm == "no json":
        file.write_text("cos\nsystem\n(S'true'\ntR.")
    elif harm == "other trees":
        (tmp_path / "model.txt").write_text("")
    else:
        file.write_text(json.dumps(json.loads(file.read_text()) | {"surprise": 1}))
    with pytest.raises(Problem, match=r"The model in .* cannot be read"):
        load(tmp_path)


def test_a_frame_without_a_column_is_a_problem() -> None:
    model = fit(ROWS, COLUMNS, "churn", experiment())
    with pytest.raises(Problem, match="lacks 1 columns the model was fitted on, first luck"):
        model.predict(ROWS.drop(columns="luck"))


def test_no_row_gives_no_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    assert blended(monkeypatch).predict(ROWS[:0]).shape == (0,)


def test_the_fingerprint_changes_with_any_value() -> None:
    same = fingerprint(ROWS, COLUMNS)
    assert fingerprint(ROWS.copy(), COLUMNS) == same
    assert fingerprint(ROWS.assign(observed=1 - ROWS["observed"]), COLUMNS) != same
    assert fingerprint(ROWS.assign(luck=ROWS["luck"] + 1e-9), COLUMNS) != same


def test_too_many_rows_are_thinned_to_every_kth_date_back_from_the_last() -> None:
    dates = pd.date_range("2024-01-01", periods=5)
    rows = pd.DataFrame({"as_of": np.repeat(dates, MOST_ROWS // 2)})
    assert list(thinned(rows)["as_of"].unique()) == [dates[1], dates[4]]
    assert len(thinned(rows[: MOST_ROWS // 2])) == MOST_ROWS // 2
