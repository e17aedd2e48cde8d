import pandas as pd
from decision_tables import COLUMNS, NOW, context, snapshots

from leadline.decisions.settled import settled_history


def outcomes(rows: list[tuple[str, str, str, int, str | None]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["outcome", "account_id", "as_of", "observed", "known_at"])
    return frame.assign(as_of=pd.to_datetime(frame["as_of"]), known_at=pd.to_datetime(frame["known_at"]))


def test_churn_stands_until_refuted() -> None:
    accounts = ["left", "refuted", "too late"]
    then = pd.Timestamp("2023-01-02")
    known = [None, "2024-03-03", "2024-03-04"]
    told = [("churn", a, "2023-01-02", int(a == "left"), k) for a, k in zip(accounts, known, strict=True)]
    other = ("expansion", "left", "2023-01-02", 0, None)
    table = snapshots([(a, then, 1) for a in accounts])
    found = settled_history(table, context(accounts, then), outcomes([*told, other]), COLUMNS, NOW, 134)
    assert found.set_index("account_id")["observed"].to_dict() == {"left": 1, "refuted": 0, "too late": 1}


def test_only_settled_dates_with_an_outcome_count() -> None:
    days = ["2023-08-07", "2023-09-04", "2024-02-05"]
    past = [("a", "2023-07-10", 10), ("b", "2023-07-10", 10)]
    table = snapshots([*past, *((a, day, 5 if a == "a" else 10) for day in days for a in "ab")])
    state = pd.concat([context(["a", "b"], pd.Timestamp(day), arr=[900.0, 100.0]) for day in days])
    told = outcomes([("churn", "a", day, 1, None) for day in days])
    found = settled_history(table, state, told, COLUMNS, NOW, settled_days=134)
    assert found["account_id"].tolist() == ["a", "a"]
    assert found["as_of"].dt.strftime("%Y-%m-%d").tolist() == days[:2]
    assert found["own"].tolist() == [0.5, 1 - 5 / 7.5]
    assert found["observed"].tolist() == [1, 1]
    assert found["arr"].tolist() == [900.0, 900.0]


def test_nothing_settled_yet_is_an_empty_table() -> None:
    table = snapshots([("a", NOW, 1)])
    found = settled_history(table, context(["a"]), outcomes([]), COLUMNS, NOW, settled_days=10)
    assert found.empty
    assert {"decline", "observed", "arr"} <= set(found.columns)
