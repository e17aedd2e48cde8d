"""One small week in the shape a report takes: six accounts, by hand."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from leadline.experiment import Capacity, Experiment, Outcomes
from leadline.models.track_record import COLUMNS as RECORD
from leadline.reports.report_input import ReportInput

AS_OF = pd.Timestamp("2024-03-04")
ATTACK = "<script>alert(1)</script>"
NAN = float("nan")

#   id, name, p_churn, p_expand, arr, tier, stage, csm, listed_because, arm
ACCOUNTS = [
    ("a1", "Northwind", 0.50, 0.10, 200_000, "benchmark", "renewal", "Amara", "users fell 48%", "treat"),
    ("a2", "Larkspur", 0.40, 0.05, 100_000, "growth", "adoption", "Jonas", "users fell 40%", "treat"),
    ("a3", "Quill", 0.30, 0.20, 50_000, "growth", "adoption", "Amara", "users fell 30%", "holdout"),
    ("a4", "Beacon", 0.10, 0.60, 400_000, "standard", "adoption", "Jonas", "", ""),
    ("a5", "Fathom", 0.05, 0.30, 150_000, "standard", "onboarding", "Amara", "", ""),
    ("a6", "Granite", NAN, NAN, 100_000, "standard", "renewal", "Jonas", "", ""),
]  # fmt: skip
COLUMNS = [
    "account_id",
    "name",
    "p_churn",
    "p_expand",
    "arr",
    "tier",
    "stage",
    "csm",
    "listed_because",
    "arm",
]
THRESHOLDS = ["as_of", "group", "indicator", "enter", "exit", "capacity", "alerts", "precision", "captured_arr"]
THRESHOLDS += ["changed_because"]
METRICS = ["outcome", "model", "slice", "metric", "value", "low", "high", "n", "positives"]
MOVEMENT = ["month", "start", "new", "expansion", "contraction", "churn", "end"]


def scored_accounts() -> pd.DataFrame:
    """Stakes 100,000; 40,000; 15,000 (held out); 40,000; 7,500; and one that announced leaving."""
    table = pd.DataFrame(ACCOUNTS, columns=COLUMNS)
    drivers = {
        f"driver_{k}_{part}": value
        for k in (1, 2, 3)
        for part, value in (("indicator", "active_users_28"), ("value", 17.0), ("change", -25.0))
    }
    reasons = {
        "driver_1_sentence": "Active users fell from 42 to 17.",
        "driver_2_sentence": "A contact left.",
    }
    return table.assign(
        as_of=AS_OF,
        horizon_days=90,
        expected_loss=table["p_churn"] * table["arr"],
        **drivers,
        **reasons,
        driver_3_sentence=None,
        band=["high", "high", "medium", "low", "low", None],
        score_change=[0.21, NAN, 0.0, 0.01, -0.02, NAN],
        change_because=["risk up 21 points: users", "", "", "risk up 1 points: seats", "risk down 2 points: use", ""],
        cause="business",
        play="Find a new sponsor",
        data_quality=["ok"] * 5 + ["leaving announced"],
        model_version="churn 3",
    )


def thresholds() -> pd.DataFrame:
    """Two in force, and one of the week before."""
    now, before, why = "2024-03-04", "2024-02-26", "established"
    large = "segment=large, stage=adoption"
    rows = [
        (before, "all", "sessions_28", 0.90, 0.80, 3, 99, NAN, NAN, "an older week"),
        (now, "all", "sessions_28", 0.45, 0.36, 3, 1, NAN, NAN, why),
        (now, large, "active_users_28", 0.32, 0.256, 3, 2, 0.5, 9e4, why),
    ]
    return pd.DataFrame(rows, columns=THRESHOLDS).astype({"as_of": "datetime64[us]"})


def metrics() -> pd.DataFrame:
    """Ours ahead of recency on AUC (not of logistic), level on lift; three test dates; expansion behind."""
    rows = [
        ("churn", "p", "all", "auc", 0.84, 0.82, 0.86, 400, 40),
        ("churn", "recency", "all", "auc", 0.80, 0.77, 0.83, 400, 40),
        ("churn", "recency", "all", "auc_advantage", 0.04, 0.01, 0.07, 400, 40),
        ("churn", "logistic", "all", "auc", 0.86, 0.84, 0.88, 400, 40),
        ("churn", "p", "all", "lift_10", 4.0, 3.5, 4.5, 400, 40),
        ("churn", "recency", "all", "lift_10", 3.8, 3.3, 4.3, 400, 40),
        ("churn", "p", "due_for_renewal", "auc", 0.70, 0.60, 0.80, 90, 20),
        ("expansion", "p", "all", "auc", 0.55, 0.52, 0.58, 400, 40),
        ("expansion", "decline", "all", "auc", 0.60, 0.57, 0.63, 400, 40),
        ("expansion", "decline", "all", "auc_advantage", -0.05, -0.08, -0.02, 400, 40),
        ("expansion", "p", "all", "precision_at_capacity", 0.25, 0.2, 0.3, 400, 40),
    ]
    dates = [("2023-10-02", 0.83, 0.81), ("2023-11-06", 0.80, 0.82), ("2023-12-04", 0.88, 0.79)]
    dated = [
        ("churn", model, f"as of {date}", "auc", value, NAN, NAN, 130, 13)
        for date, ours, rule in dates
        for model, value in (("p", ours), ("recency", rule))
    ]
    return pd.DataFrame([*rows, *dated], columns=METRICS)


def predictions() -> pd.DataFrame:
    """Forty low risks of which two left, forty high ones of which twenty did."""
    return pd.DataFrame(
        {
            "outcome": "churn",
            "account_id": [f"a{i}" for i in range(80)],
            "as_of": pd.Timestamp("2023-10-02"),
            "observed": [1, 1, *[0] * 38, *[1] * 20, *[0] * 20],
            "p": [*np.linspace(0.011, 0.09, 40), *np.linspace(0.45, 0.55, 40)],
            "base_rate": 0.25,
            "arr": 1_000.0,
        }
    )


def arr_movement() -> pd.DataFrame:
    """Two months: 1,000,000 to 1,050,000."""
    rows = [
        (pd.Timestamp("2024-01-01"), 1e6, 5e4, 4e4, 1e4, 8e4, 1e6),
        (pd.Timestamp("2024-02-01"), 1e6, 1e5, 0.0, 0.0, 5e4, 1.05e6),
    ]
    return pd.DataFrame(rows, columns=MOVEMENT)


# key, this quarter (value, numerator, denominator), the quarter before, the period's first day and end, why untold
KPIS = [
    ("accounts_due", (8, 8, NAN), (9, 9, NAN), "2023-11-04", "2024-02-03", ""),
    ("renewal_rate", (0.75, 6, 8), (0.7, 7, 10), "2023-11-04", "2024-02-03", ""),
    ("renewal_rate_by_money", (0.6, 6e4, 1e5), (NAN, NAN, 0), "2023-11-04", "2024-02-03", ""),
    ("early_renewal_rate", (NAN, NAN, NAN), (NAN, NAN, NAN), "2023-11-04", "2024-02-03", "signing_unknown"),
    ("nrr", (0.9, 9e5, 1e6), (0.95, 9.5e5, 1e6), "2023-02-03", "2024-02-03", ""),
    ("grr", (0.86, 8.6e5, 1e6), (0.9, 9e5, 1e6), "2023-02-03", "2024-02-03", ""),
    ("expansion_arr", (12_345, 12_345, 1e6), (0, 0, 1e6), "2023-11-04", "2024-02-03", ""),
    ("adoption_rate", (1, 6, 6), (0.5, 3, 6), "2024-02-05", "2024-03-04", ""),
    ("expansion_chances", (NAN, NAN, NAN), (4, 4, NAN), "2023-12-04", "2024-03-04", "no_lists"),
    ("expansion_chances_taken", (NAN, NAN, NAN), (NAN, NAN, NAN), "2023-12-04", "2024-03-04", "no_lists"),
    ("save_rate", (0.8, 4, 5), (0.5, 1, 2), "2023-11-04", "2024-02-03", ""),
    ("holdout_renewal_rate", (1, 1, 1), (NAN, NAN, 0), "2023-11-04", "2024-02-03", ""),
    ("growth_tier_share", (1 / 3, 2, 6), (0.5, 3, 6), "2024-03-04", "2024-03-04", ""),
    ("first_value_rate", (NAN, NAN, 0), (NAN, NAN, 0), "2023-09-05", "2023-12-05", "nobody"),
    ("referrals", (3, 3, NAN), (0, 0, NAN), "2023-12-04", "2024-03-04", ""),
    ("referral_revenue", (500, 500, 1), (0, 0, 0), "2023-12-04", "2024-03-04", ""),
    ("nps", (-12.4, -5, 40), (30, 12, 40), "2023-12-04", "2024-03-04", ""),
]


def kpis() -> pd.DataFrame:
    """The KPIs of this quarter and of the one before, in the shape of features.team_kpis."""
    rows = [
        (key, date, *numbers, start, end, because)
        for key, now, before, start, end, because in KPIS
        for date, numbers in ((AS_OF, now), (AS_OF - pd.Timedelta(weeks=13), before))
    ]
    names = ["kpi", "as_of", "value", "numerator", "denominator", "period_start", "period_end", "because"]
    return pd.DataFrame(rows, columns=names).astype({"period_start": "datetime64[us]", "period_end": "datetime64[us]"})


def before() -> pd.DataFrame:
    """The list of the week before: Fathom in Larkspur's place, and nine tenths of today's stakes."""
    accounts = scored_accounts().assign(as_of=AS_OF - pd.Timedelta(weeks=1))
    accounts.loc[1, ["listed_because", "arm"]] = ""
    accounts.loc[4, ["listed_because", "arm"]] = ["users fell 20%", "treat"]
    return accounts.assign(expected_loss=accounts["expected_loss"] * 0.9, p_churn=accounts["p_churn"] * 0.9)


def context() -> pd.DataFrame:
    """Segments, and ends of terms in four quarters; one account is on no term."""
    ends = ["2024-05-10", "2024-06-30", "2024-08-15", None, "2024-11-20", "2025-01-01"]
    return pd.DataFrame(
        {
            "account_id": [f"a{k}" for k in range(1, 7)],
            "segment": ["large", "small", "small", "large", "small", None],
            "term_end": pd.to_datetime(pd.Series(ends)).astype("datetime64[us]"),
        }
    )


def forecast() -> pd.DataFrame:
    """One and two quarters ahead."""
    rows = [
        ("nrr", 1, 0.97, 0.94, 1.01), ("nrr", 2, 0.93, 0.88, 0.985),
        ("grr", 1, 0.955, 0.92, 0.975), ("grr", 2, 0.9, 0.85, 0.94),
        ("logo_retention", 1, 0.96, 0.935, 0.98), ("logo_retention", 2, 0.915, 0.87, 0.945),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["measure", "quarters", "estimate", "low", "high"])
    return table.assign(as_of=AS_OF)


def usage() -> pd.DataFrame:
    """Northwind falls from 1,300 events a week by 50 each week; Larkspur was there in the last week alone."""
    rows = [("a1", AS_OF - pd.Timedelta(weeks=ago), 50 + 50 * ago) for ago in range(26)]
    return pd.DataFrame([*rows, ("a2", AS_OF, 36)], columns=["account_id", "week", "events"])


# dimension, group, accounts, stickiness, nrr, grr, grew and left (share, low, high), days, sticks and grows
SEGMENTS = [
    ("all", "all", 60, 0.31, 0.97, 0.88, 0.20, 0.12, 0.32, 0.15, 0.08, 0.26, 23.0, False),
    ("segment", "small", 35, 0.28, 0.91, 0.84, 0.14, 0.06, 0.29, 0.21, 0.11, 0.37, 26.0, False),
    ("segment", "enterprise", 14, 0.36, 1.08, 0.95, 0.33, 0.16, 0.57, 0.055, 0.01, 0.25, NAN, True),
    ("segment", "other", 11, 0.33, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, 17.0, False),
    ("industry", "Rail", 34, 0.32, 0.99, 0.89, 0.22, 0.11, 0.38, 0.13, 0.05, 0.29, 19.0, True),
    ("industry", "(not given)", 26, 0.29, 0.94, 0.86, 0.18, 0.08, 0.36, 0.17, 0.07, 0.34, 29.0, False),
]


def segments() -> pd.DataFrame:
    """All accounts, three sizes of which one is pooled, one industry and the accounts of none."""
    shares = [f"{share}_{part}" for share in ("expansion", "churn") for part in ("share", "low", "high")]
    names = ["dimension", "group", "accounts", "stickiness", "nrr", "grr", *shares]
    table = pd.DataFrame(SEGMENTS, columns=[*names, "days_to_first_value", "sticks_and_grows"])
    less = 0.1 * ~table["sticks_and_grows"]
    return table.assign(stickiness_low=table["stickiness"] - less, growth_low=table["nrr"] - less)


def gates() -> pd.DataFrame:
    """One near its limit, one far from it, one without a share."""
    rows = [
        ("freshness", "crm", 5.0, 7.0, 5 / 7, pd.Timestamp("2024-02-28"), True),
        ("scores", "p_churn", 0.21, 0.5, 0.42, pd.NaT, True),
        ("quarantine", "events", 0.015, 0.1, 0.15, pd.NaT, True),
    ]
    return pd.DataFrame(rows, columns=["gate", "place", "value", "limit", "strain", "since", "passed"])


def track_record() -> pd.DataFrame:
    """Two lists that have settled: one as said, one from which more left than it had led to expect."""
    rows = [
        ("2023-09-04", "2024-01-16", 6, 1.4, 0, 5, 1, 0.8, 0.6, 0.95),
        ("2023-09-11", "2024-01-23", 7, 1.2, 0, 4, 5, 0.71, 0.52, 0.9),
    ]
    return pd.DataFrame(rows, columns=list(RECORD)).astype(RECORD)


def experiment(language: str = "en") -> Experiment:
    """Two CSMs of two accounts each; 104 days ahead."""
    return Experiment(
        name="demo",
        question="Who leaves next?" if language == "en" else "谁会离开？",
        source="demo",
        language=language,  # type: ignore[arg-type]
        outcomes=Outcomes(mode="contract", lead_days=14, horizon_days=90),
        capacity=Capacity(csms=2, accounts_each=2),
    )


def report(**changed: Any) -> ReportInput:
    """The whole week; pass a field to change it."""
    quarantined = pd.DataFrame(
        [("events", "occurred_at", "lies in the future", 9)], columns=["table", "column", "reason", "rows"]
    )
    facts = {"accounts": 7, "users": 40, "events": 12_345, "known_until": AS_OF, "quarantined": quarantined}
    whole = ReportInput(
        experiment=experiment(),
        as_of=AS_OF,
        scored_accounts=scored_accounts(),
        thresholds=thresholds(),
        metrics=metrics(),
        predictions=predictions(),
        verdicts={"churn": "The model may be believed.", "expansion": "The rule is used."},
        facts={**facts, "model_version": "churn 3"},
        arr_movement=arr_movement(),
        kpis=kpis(),
        before=before(),
        forecast=forecast(),
        context=context(),
        usage=usage(),
        segments=segments(),
        gates=gates(),
        track_record=track_record(),
    )
    return replace(whole, **changed)


def without_money() -> ReportInput:
    """The same week where no contract is known."""
    accounts, earlier = (table.assign(arr=NAN, expected_loss=NAN) for table in (scored_accounts(), before()))
    logos = forecast().query("measure == 'logo_retention'")
    return report(scored_accounts=accounts, before=earlier, arr_movement=None, kpis=None, forecast=logos)


def nobody_listed() -> ReportInput:
    """The same week, nobody on the list."""
    return report(scored_accounts=scored_accounts().assign(listed_because="", arm=""))


def untested(**changed: Any) -> ReportInput:
    """The same week before any forward test and without thresholds."""
    blank = {"metrics": metrics().head(0), "predictions": predictions().head(0), "thresholds": thresholds().head(0)}
    return report(**{**blank, **changed})
