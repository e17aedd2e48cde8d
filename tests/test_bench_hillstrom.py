"""Hillstrom's e-mails, beside scikit-uplift: the measures agree, and the learner holds its own on one half."""

from pathlib import Path

import pandas as pd
import pytest

from bench import hillstrom


@pytest.mark.shared
def test_our_measures_are_those_of_scikit_uplift_and_our_learner_ranks(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = hillstrom.emails(shared_data / "hillstrom")
    assert (len(rows), rows["visit"][rows["treatment"] == 1].mean()) == (42_693, pytest.approx(0.151, abs=0.001))
    assert hillstrom.largest_difference(rows) < 1e-9
    monkeypatch.setattr(hillstrom, "SEEDS", [0])
    halves = pd.DataFrame(hillstrom.over_halves(rows, hillstrom.LEARNERS)).set_index("learner")
    assert halves["qini"][hillstrom.OURS] > 0.03
    assert set(halves.index) == set(hillstrom.LEARNERS)


def test_the_lead_is_taken_on_the_same_half() -> None:
    others = {name: 0.05 for name in hillstrom.LEARNERS if name != hillstrom.OURS}
    halves = [
        {"learner": name, "seed": seed, "uplift": value + seed, "qini": -value}
        for seed in (0, 1)
        for name, value in {hillstrom.OURS: 0.07, **others}.items()
    ]
    table = hillstrom.summary(pd.DataFrame(halves)).set_index("learner")
    other = table.loc[next(iter(others))]
    assert (other["uplift@30%"], other["ours less it"]) == ("0.5500 ± 0.5000", "0.0200 ± 0.0000")
    assert (other["ours higher in"], other["ours less it (Qini)"]) == (2, "-0.0200 ± 0.0000")
    assert table["uplift@30%"][hillstrom.OURS] == "0.5700 ± 0.5000"
