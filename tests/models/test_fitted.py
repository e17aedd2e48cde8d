"""Models as plain values: kept as text, read back as they were."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from leadline.models.calibration import Calibration
from leadline.models.fitted import Fitted, load
from leadline.models.lightgbm_model import fit_trees
from leadline.models.logistic import Logistic
from leadline.models.rule import CURVE, Rule
from leadline.problem import Problem

RANDOM = np.random.default_rng(2)
X = RANDOM.normal(size=(200, 2))
TREES = fit_trees(X, (X[:, 0] > 0).astype(float), np.zeros(200), (1, 0), rounds=5, seed=3)
FRAME = pd.DataFrame(X, columns=["silent", "use"])

# log-odds 0.5 + 2 x (silent - 1) / 4, and -1 where use is missing
LOGISTIC = Logistic((1.0, 0.0), (1,), (1.0, 0.0, 0.0), (4.0, 1.0, 1.0), (2.0, 0.0, -1.0), 0.5)
RULE = Rule("recency", ("silent",), slope=0.1, intercept=-1.0)


def fitted(**parts: object) -> Fitted:
    facts = {"base_rate": 0.25, "rows": 200, "positives": 50, "fingerprint": "abc", "notes": {"rounds": 5.0}}
    return Fitted(**{"outcome": "churn", "kind": "blend", "columns": ("silent", "use"), **facts, **parts})


BLEND = fitted(rule=RULE, logistic=LOGISTIC, trees=TREES, calibration=Calibration(0.5, -0.25))


def test_a_chance_is_the_sum_of_the_parts_calibrated() -> None:
    frame = pd.DataFrame({"silent": [1.0, 3.0], "use": [0.0, np.nan]})
    found = fitted(rule=RULE, logistic=LOGISTIC, calibration=Calibration(2.0, 1.0), kind="logistic")
    margins = [(-1 + 0.1) + 0.5, (-1 + 0.3) + (0.5 + 2 * 2 / 4 - 1)]
    np.testing.assert_allclose(found.margin(frame), margins)
    np.testing.assert_allclose(found.predict(frame), expit([1 + 2 * m for m in margins]))


def test_trees_add_to_the_log_odds() -> None:
    alone = fitted(trees=TREES).margin(FRAME)
    assert np.ptp(alone) > 0
    np.testing.assert_allclose(BLEND.margin(FRAME), replace(BLEND, trees="").margin(FRAME) + alone)


def test_it_needs_its_columns_and_what_its_rule_reads() -> None:
    assert BLEND.needs == ("silent", "use")
    assert fitted(rule=Rule(CURVE)).needs == ("silent", "use", "due_for_renewal", "renewals")


def test_a_missing_column_is_a_problem_that_names_it() -> None:
    with pytest.raises(Problem, match="lacks 1 columns the model was fitted on, first use"):
        BLEND.predict(FRAME[["silent"]])


@pytest.mark.parametrize("model", [BLEND, replace(BLEND, kind="logistic", trees=""), fitted(rule=RULE, kind="rule")])
def test_saved_and_read_back_it_is_the_same(model: Fitted, tmp_path: Path) -> None:
    model.save(tmp_path / "new" / "folder")
    again = load(tmp_path / "new" / "folder")
    assert again == model
    np.testing.assert_array_equal(again.predict(FRAME), model.predict(FRAME))


def test_the_same_model_is_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        BLEND.save(tmp_path / folder)
    load(tmp_path / "a").save(tmp_path / "c")
    files = {f: [(tmp_path / folder / f).read_bytes() for folder in "abc"] for f in ("model.json", "model.txt")}
    assert all(first == second == third for first, second, third in files.values())


def test_what_is_kept_is_text(tmp_path: Path) -> None:
    BLEND.save(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["model.json", "model.txt"]
    assert (tmp_path / "model.txt").read_text(encoding="utf-8") == TREES
    assert json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))["rule"]["name"] == "recency"


def edited(folder: Path, **changed: object) -> None:
    facts = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    (folder / "model.json").write_text(json.dumps(facts | changed), encoding="utf-8")


def emptied(folder: Path, file: str, content: bytes) -> None:
    (folder / file).write_bytes(content)


def changed_logistic(folder: Path, **changed: object) -> None:
    facts = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    edited(folder, logistic=facts["logistic"] | changed)


def enlarged(file: Path) -> None:
    with file.open("ab") as stream:
        stream.truncate(1 << 27)


SPOILT = {
    "no json": lambda folder: (folder / "model.json").unlink(),
    "no text": lambda folder: (folder / "model.txt").unlink(),
    "cut short": lambda folder: emptied(folder, "model.json", b'{"outcome": "chu'),
    "a pickle": lambda folder: emptied(folder, "model.json", b"\x80\x04cos\nsystem\n."),
    "a key too many": lambda folder: edited(folder, command="ls"),
    "a part that is none": lambda folder: edited(folder, rule={"shell": "ls"}),
    "trees lost": lambda folder: emptied(folder, "model.txt", b""),
    "a pickle for trees": lambda folder: emptied(folder, "model.txt", b"cos\nsystem\n."),
    "a digit of a tree changed": lambda folder: emptied(folder, "model.txt", TREES.replace("0.03", "0.04").encode()),
    "a YAML tag": lambda folder: emptied(folder, "model.json", b"!!python/object/apply:os.system ['ls']"),
    "nested without end": lambda folder: emptied(folder, "model.json", b"[" * 1_000_000),
    "nested columns": lambda folder: edited(folder, columns=[["silent"], ["use"]]),
    "a number without end": lambda folder: emptied(folder, "model.json", b'{"rows": ' + b"9" * 100_000 + b"}"),
    "no number": lambda folder: edited(folder, base_rate=float("nan")),
    "no finite number": lambda folder: edited(folder, calibration={"slope": float("inf"), "intercept": 0.0}),
    "a text for a number": lambda folder: edited(folder, positives="50"),
    "a truth for a number": lambda folder: edited(folder, rows=True),
    "an unknown kind": lambda folder: edited(folder, kind="command"),
    "a column too few": lambda folder: edited(folder, columns=["silent"]),
    "a weight too few": lambda folder: changed_logistic(folder, weights=[2.0, 0.0]),
    "a flag of a column that is none": lambda folder: changed_logistic(folder, flagged=[7]),
    "a division by nothing": lambda folder: changed_logistic(folder, scales=[0.0, 0.0, 0.0], means=[0.0, 0.0, 0.0]),
    "larger than any model": lambda folder: enlarged(folder / "model.txt"),
    "empty object": lambda folder: emptied(folder, "model.json", b"{}"),
    "a list": lambda folder: emptied(folder, "model.json", b"[]"),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
def test_a_spoilt_file_is_a_problem_that_names_the_folder(spoil: object, tmp_path: Path) -> None:
    BLEND.save(tmp_path)
    spoil(tmp_path)  # type: ignore[operator]
    with pytest.raises(Problem, match=f"The model in {re.escape(str(tmp_path))} cannot be read .*train again"):
        load(tmp_path)


def test_nothing_in_the_files_is_run(tmp_path: Path) -> None:
    mark = tmp_path / "run"
    code = f"__import__('pathlib').Path({str(mark)!r}).touch()"
    BLEND.save(tmp_path / "model")
    edited(tmp_path / "model", fingerprint=code, outcome=code, columns=[code, "use"])
    found = load(tmp_path / "model")
    assert found.columns == (code, "use")
    assert not mark.exists()
