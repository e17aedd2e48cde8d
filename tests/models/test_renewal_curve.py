"""The shifted-beta-geometric renewal curve."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from leadline.models.renewal_curve import RenewalCurve, fit_renewal_curve, leaving

# Fader and Hardie (2007), table 1: survivors of 1000 regular customers over seven renewals, and their estimates
SURVIVORS = [1000, 631, 468, 382, 326, 289, 262, 241]
ALPHA, BETA = 0.704, 1.182


def test_the_chance_of_leaving_falls_with_every_renewal() -> None:
    assert leaving(1.0, 3.0, np.array([1.0, 2.0, 3.0])) == pytest.approx([1 / 4, 1 / 5, 1 / 6])


def test_it_finds_the_published_estimates() -> None:
    terms = [(t, before, after) for t, (before, after) in enumerate(pairwise(SURVIVORS))]
    renewals = np.repeat([t for t, before, _ in terms], [before for _, before, _ in terms])
    left = np.concatenate([np.arange(before) >= after for _, before, after in terms]).astype(float)
    frame = pd.DataFrame({"due_for_renewal": True, "renewals": renewals})
    curve = fit_renewal_curve(frame, left)
    assert (curve.alpha, curve.beta) == pytest.approx((ALPHA, BETA), abs=0.005)


def test_accounts_not_due_share_one_small_chance() -> None:
    curve = RenewalCurve(alpha=1.0, beta=3.0, not_due=0.01)
    frame = pd.DataFrame({"due_for_renewal": [True, True, False], "renewals": [0, 1, 5]})
    assert curve.probability(frame) == pytest.approx([1 / 4, 1 / 5, 0.01])


def test_without_anybody_due_all_have_the_share_seen() -> None:
    frame = pd.DataFrame({"due_for_renewal": [False] * 99, "renewals": 0})
    curve = fit_renewal_curve(frame, np.array([1.0] * 9 + [0.0] * 90))
    assert curve.not_due == pytest.approx(0.095)
    assert curve.probability(frame.assign(due_for_renewal=True)) == pytest.approx([0.095] * 99)
