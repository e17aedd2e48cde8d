import pandas as pd
import pytest
from decision_tables import fall, falls

from leadline.decisions.cause import causes

MODULES = pd.DataFrame(
    [(f"{i}", "boards", 0.6) for i in range(5)] + [(f"{i}", "files", 0.1) for i in range(5)],
    columns=["account_id", "module", "decline"],
)


@pytest.mark.parametrize(
    ("rows", "cause", "because"),
    [
        ([fall("a", 0.4, own=0.5)], "business", "the fall in active users (28 days) is the account's own"),
        (
            [fall("a", 0.05, own=0.5)],
            "unknown",
            "its peers fell as much in active users (28 days): the market or the calendar",
        ),
        ([fall("a", 0.05, own=0.05)], "unknown", "nothing fell by a tenth or more"),
        ([fall("a", 0.5, own=-0.1)], "unknown", "nothing fell by a tenth or more"),
        ([fall("a", float("nan"))], "unknown", "nothing fell by a tenth or more"),
        (
            [fall("a", 0.05, own=0.6), fall("a", 0.3, own=0.3, indicator="events_7")],
            "business",
            "the fall in actions (7 days) is the account's own",
        ),
        (
            [fall("a", 0.3), fall("a", 0.3, indicator="a_28")],
            "business",
            "the fall in a (28 days) is the account's own",
        ),
    ],
    ids=["own", "market", "small", "grew less than peers", "undefined", "deepest beyond peers", "tie"],
)
def test_the_split(rows: list, cause: str, because: str) -> None:
    assert causes(falls(rows)).to_numpy().tolist() == [["a", cause, because]]


def test_a_module_that_fell_for_all_is_the_product() -> None:
    found = causes(falls([fall("0", 0.05, own=0.5), fall("new", 0.5)]), MODULES)
    assert found["cause"].tolist() == ["product", "business"]
    assert found["cause_because"].iloc[0] == (
        "module boards fell 60% at the median of 5 accounts: look at the product first"
    )


@pytest.mark.parametrize(
    "modules",
    [
        MODULES[MODULES["account_id"] != "4"],
        MODULES[MODULES["module"] == "boards"],
        MODULES.assign(decline=0.6),
        MODULES.assign(decline=MODULES["decline"].where(MODULES["account_id"] != "0", 0.05)),
        MODULES.assign(decline=MODULES["decline"].mask(MODULES.index == 5, 0.95)),
        MODULES.iloc[:0],
    ],
    ids=["few accounts", "one module", "all modules fell", "not here", "another fell deeper", "none"],
)  # fmt: skip
def test_otherwise_it_is_not_the_product(modules: pd.DataFrame) -> None:
    assert causes(falls([fall("0", 0.5)]), modules)["cause"].tolist() == ["business"]


def test_no_account_and_chinese() -> None:
    assert causes(falls([])).empty
    assert causes(falls([fall("a", 0.4)]), language="zh")["cause_because"].tolist() == [
        "活跃人数（28 天）的下降出自客户自身"
    ]
