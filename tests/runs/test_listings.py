"""Who was listed: the dates a CRM writes are those of the lists, and the arm is the one that was drawn."""

from types import SimpleNamespace

import duckdb
import pandas as pd
import pytest

from leadline.decisions.arms import drawn, nobody
from leadline.experiment import Calendar
from leadline.runs import listings

MONDAY = pd.Timestamp("2024-03-04")
DAY = pd.Timedelta(days=1)


def job(
    told: pd.DataFrame | None, tiers: dict[str, str] | None = None, exempt: tuple[str, ...] = ()
) -> SimpleNamespace:
    context = pd.DataFrame((tiers or {}).items(), columns=["account_id", "tier"]).assign(as_of=MONDAY + 28 * DAY)
    return SimpleNamespace(
        experiment=SimpleNamespace(calendar=Calendar(timezone="America/New_York"), holdout_exempt=exempt),
        tables=SimpleNamespace(relations={} if told is None else {"interventions": duckdb.from_df(told)}),
        as_of=MONDAY + 28 * DAY,
        week=SimpleNamespace(context=context),
    )


def told(rows: list[tuple[str, str, str]]) -> pd.DataFrame:
    """Account, the list's date as written, arm."""
    frame = pd.DataFrame(rows, columns=["account_id", "listed_as_of", "arm"]).assign(csm="Anna", play="", cause="")
    times = {"listed_as_of": pd.to_datetime(frame["listed_as_of"], format="ISO8601")}
    return frame.assign(**times, started_at=pd.NaT, closed_at=pd.NaT).astype(listings.INTERVENTIONS)


def test_a_date_of_the_crms_own_is_that_of_the_list_before_it() -> None:
    """New York's Mondays begin at five in the morning of UTC, from the 11th of March at four."""
    rows = [("a", "2024-03-04T05:00", "treat"), ("b", "2024-03-07", "treat"), ("c", "2024-03-11T03:59", "treat")]
    found = listings.interventions(job(told([*rows, ("d", "2024-03-11T04:00", "treat")])))
    assert found["listed_as_of"].tolist() == [pd.Timestamp(f"2024-03-{at}") for at in 3 * ["04T05"] + ["11T04"]]


def test_without_a_table_there_are_none() -> None:
    assert listings.interventions(job(None)).empty
    assert listings.interventions(job(told([]))).empty


def test_the_arm_drawn_is_that_of_every_listing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Told in the other arm, and listed again two weeks later; c is the team's own, d was told before lists drew."""
    new = pd.DataFrame({"account_id": ["a", "b"]}).assign(
        as_of=MONDAY, play="", cause="", tier="growth", stage="renewal"
    )
    arms = drawn(nobody(), new, "demo", 0.5, ())
    monkeypatch.setattr(listings, "arms_handed_on", lambda *_: arms)
    other = {"treat": "holdout", "holdout": "treat"}[arms.set_index("account_id").at["a", "arm"]]
    rows = [("a", "2024-03-18T05:00", other), ("c", "2024-03-12", "treat"), ("d", "2024-02-26T05:00", "holdout")]
    found = listings.listings(job(told(rows)))
    kept = found.set_index(["account_id", "listed_as_of"])["arm"].to_dict()
    same = arms.set_index("account_id")["arm"]
    assert kept == {
        ("a", MONDAY): same["a"],
        ("a", pd.Timestamp("2024-03-18T04")): same["a"],
        ("b", MONDAY): same["b"],
        ("d", pd.Timestamp("2024-02-26T05")): "holdout",
    }


def test_told_accounts_of_an_exempt_tier_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listings, "arms_handed_on", lambda *_: nobody())
    rows = told([("a", "2024-03-04T05:00", "treat"), ("b", "2024-03-04T05:00", "holdout")])
    found = listings.arms_compared(job(rows, {"a": "benchmark", "b": "growth"}, ("benchmark",)))
    assert found["account_id"].tolist() == ["b"]
