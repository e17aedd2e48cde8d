"""Small frames in the shapes that decisions take."""

from typing import Any

import pandas as pd

from leadline.decisions.capacity import Places
from leadline.decisions.choose import State, Week, choose
from leadline.decisions.plays import Playbook
from leadline.experiment import Capacity, Experiment, Outcomes, Value
from leadline.features.indicator import Column, indicator

NOW = pd.Timestamp("2024-03-04")


def column(name: str, window: int | None = 28, family: str = "activity", decline: bool = True) -> Column:
    def define() -> None:
        """Something counted."""

    define.__name__ = name
    windows = () if window is None else (window,)
    declare = indicator(
        level="company",
        family=family,
        unit="count",
        direction=-1,
        windows=windows,
        decline=decline,
        en="it fell",
        zh="下降",
    )
    return declare(define).columns()[0]


USERS = column("active_users")
COLUMNS = (USERS, column("key_users_silent", family="key users", decline=False))


def experiment(csms: int = 1, each: int = 2, **settings: Any) -> Experiment:
    base = {
        "name": "demo",
        "question": "who leaves?",
        "source": "demo",
        "outcomes": Outcomes(mode="contract"),
        "capacity": Capacity(csms=csms, accounts_each=each),
        "value": Value(save_rate=0.2, cost=200),
    }
    return Experiment(**{**base, **settings})


def snapshots(rows: list[tuple[str, Any, float | None]], name: str = "active_users_28") -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["account_id", "as_of", name])
    typed = {"account_id": "str", "as_of": "datetime64[us]", name: "float64"}
    return frame.assign(as_of=pd.to_datetime(frame["as_of"])).astype(typed)


def context(accounts: list[str], as_of: Any = NOW, **columns: Any) -> pd.DataFrame:
    values = {
        "account_id": pd.Series(accounts, dtype="str"),
        "as_of": pd.Series([as_of] * len(accounts), dtype="datetime64[us]"),
        "name": pd.Series([f"Company {a}" for a in accounts], dtype="str"),
        "segment": "smb",
        "region": "EMEA",
        "tier": "growth",
        "csm": "Anna Li",
        "stage": "adoption",
        "arr": 12000.0,
        "term_end": pd.NaT,
        "due_for_renewal": False,
        "announced": False,
        "eligible": True,
    }
    return pd.DataFrame({**values, **columns})


def fall(account: str, decline: float, own: float | None = None, **columns: Any) -> dict[str, Any]:
    """A row of declines: it fell by `own`, its peers by the rest."""
    own = decline if own is None else own
    row = {"account_id": account, "as_of": NOW, "group": "all", "indicator": "active_users_28"}
    return row | {"now": 10 * (1 - own), "baseline": 10.0, "own": own, "peers": own - decline} | columns


def falls(rows: list[dict[str, Any]]) -> pd.DataFrame:
    keys = ["account_id", "as_of", "group", "indicator", "now", "baseline", "own", "peers"]
    frame = pd.DataFrame(rows, columns=[*keys, *(["observed", "arr"] if rows and "arr" in rows[0] else [])])
    texts = dict.fromkeys(["account_id", "group", "indicator"], "str")
    numbers = dict.fromkeys(["now", "baseline", "own", "peers"], "float64")
    typed = frame.astype({**texts, **numbers, "as_of": "datetime64[us]"})
    return typed.assign(decline=(typed["own"] - typed["peers"]).round(6))


def scores(p_churn: dict[str, float], as_of: Any = NOW, **columns: Any) -> pd.DataFrame:
    frame = pd.DataFrame({"account_id": pd.Series(list(p_churn), dtype="str")})
    drivers = {
        f"driver_{i}_{part}": "" if part in ("indicator", "sentence") else 0.0
        for i in (1, 2, 3)
        for part in ("indicator", "value", "change", "contribution", "sentence")
    }
    values = {
        "as_of": pd.Series([as_of] * len(frame), dtype="datetime64[us]"),
        "p_churn": pd.Series(list(p_churn.values()), dtype=float),
        "p_expand": 0.1,
        "percentile": 50.0,
        "band": "middle",
        "expected_loss": 0.0,
        **drivers,
        "score_change": 0.0,
        "change_because": "",
        "score_change_data": 0.0,
        "score_change_model": 0.0,
    }
    return frame.assign(**{**values, **columns})


def chosen(
    scored: pd.DataFrame, state: pd.DataFrame, fell: pd.DataFrame, asked: Experiment, free: Places | None = None
) -> pd.DataFrame:
    """The list of a first week that is like the week before it."""
    accounts = scored[["account_id", "p_churn"]].merge(state[~state["announced"]], on="account_id")
    before = Week(NOW - pd.Timedelta(days=7), accounts, fell)
    return choose(Week(NOW, accounts, fell), before, State(), asked, free=free).listed


def playbook(**rules: Any) -> Playbook:
    text = {"en": "words", "zh": "词"}
    play = {"strategy": "people", "name": text, "look_at": text, "talk_track": text}
    plays = dict.fromkeys(["check_in", "reconnect", "mend", "expand", "more_seats"], play)
    content = {"fallback": "check_in", "expansion": "expand", "plays": plays, "rules": [], **rules}
    return Playbook.model_validate(content)
