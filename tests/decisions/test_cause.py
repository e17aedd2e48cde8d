import pandas as pd
import pytest
from decision_tables import NOW, fall, falls

from leadline.decisions.cause import Evidence, causes
from leadline.decisions.spell import Spell

EARLIER = NOW - pd.Timedelta(weeks=12)


def modules(*rows: tuple) -> pd.DataFrame:
    """Rows of account, module, events of 28 days, of the 56 before per 28; those of an earlier date, with it, last."""
    columns = ["account_id", "module", "events", "before", "as_of"]
    table = pd.DataFrame([(*row, NOW)[:5] for row in rows], columns=columns)
    table = table.astype({"account_id": "str", "module": "str", "as_of": "datetime64[us]", "before": float})
    return table.assign(decline=1 - table["events"] / table["before"].where(table["before"] > 0))


FALLEN = modules(*[(f"{i}", "boards", 4, 10) for i in range(5)], *[(f"{i}", "files", 9, 10) for i in range(5)])
OUTAGE = Spell("data", "missing", NOW - pd.Timedelta(days=9), NOW - pd.Timedelta(days=3), 0.1, "boards")


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
    found = causes(falls([fall("0", 0.05, own=0.5), fall("new", 0.5)]), Evidence(FALLEN))
    assert found["cause"].tolist() == ["product", "business"]
    assert found["cause_because"].iloc[0] == (
        "module boards fell 60% at the median of 5 accounts: look at the product first"
    )


@pytest.mark.parametrize(
    "given",
    [
        Evidence(FALLEN[FALLEN["account_id"] != "4"]),
        Evidence(FALLEN[FALLEN["module"] == "boards"]),
        Evidence(FALLEN.assign(decline=0.6)),
        Evidence(FALLEN.assign(decline=FALLEN["decline"].where(FALLEN["account_id"] != "0", 0.05))),
        Evidence(FALLEN.assign(decline=FALLEN["decline"].mask(FALLEN.index == 5, 0.95))),
        Evidence(FALLEN.iloc[:0]),
        Evidence(FALLEN.assign(as_of=EARLIER)),
        Evidence(FALLEN, spells=(OUTAGE,)),
    ],
    ids=[
        "few accounts", "one module", "all modules fell", "not here", "another fell deeper", "none", "long ago",
        "its feed was down",
    ],
)  # fmt: skip
def test_otherwise_it_is_not_the_product(given: Evidence) -> None:
    assert causes(falls([fall("0", 0.5)]), given)["cause"].tolist() == ["business"]


def fault(weeks_ago: int = 10, module: str = "boards") -> Spell:
    first = NOW - pd.Timedelta(weeks=weeks_ago)
    return Spell("product", "module_low", first, first + pd.Timedelta(days=18), 0.35, module)


def since(boards: int, files: int, usual: int = 30) -> pd.DataFrame:
    """Use of two modules now, and before the fault, when it was `usual` of each."""
    before = [("a", module, usual, usual, EARLIER) for module in ("boards", "files")]
    return modules(*before, ("a", "boards", boards, 0), ("a", "files", files, files))


@pytest.mark.parametrize(
    ("boards", "files", "cause"),
    [
        (3, 30, "product"),
        (15, 30, "product"),
        (16, 30, "business"),  # more than half is left
        (11, 20, "product"),
        (13, 20, "business"),  # more than 60% of what is left of the other: it fell too
        (0, 1, "business"),  # none of 1 to expect: that may be chance
        (0, 2, "product"),
    ],
)
def test_an_account_that_has_not_come_back_since_a_fault(boards: int, files: int, cause: str) -> None:
    evidence = Evidence(since(boards, files), spells=(fault(),))
    assert causes(falls([fall("a", 0.5)]), evidence)["cause"].tolist() == [cause]


def test_the_sentence_names_the_fault_also_where_nothing_falls_any_more() -> None:
    found = causes(falls([fall("a", 0.0)]), Evidence(since(3, 30), spells=(fault(),)))
    assert found.to_numpy().tolist() == [
        [
            "a",
            "product",
            "its use of module boards is 90% below what it was before the fault of 2023-12-25 to 2024-01-12, "
            "more than that of its other modules: look at the product first",
        ]
    ]


@pytest.mark.parametrize(
    "spells",
    [(), (fault(module="files"),), (fault(weeks_ago=53),), (fault(weeks_ago=-1),)],
    ids=["no fault", "of another module", "more than a year ago", "to come"],
)
def test_without_a_fault_of_that_module_it_is_the_accounts_own(spells: tuple[Spell, ...]) -> None:
    assert causes(falls([fall("a", 0.5)]), Evidence(since(3, 30), spells=spells))["cause"].tolist() == ["business"]


def test_long_after_a_fault_84_days_are_looked_at() -> None:
    before, now = NOW - pd.Timedelta(weeks=24), [("a", "boards", 0, 9), ("a", "files", 10, 10)]
    table = modules(("a", "boards", 10, 10, before), ("a", "files", 10, 10, before), *now)
    assert causes(falls([fall("a", 0.5)]), Evidence(table, spells=(fault(20),)))["cause"].tolist() == ["business"]
    assert causes(falls([fall("a", 0.5)]), Evidence(table, spells=(fault(14),)))["cause"].tolist() == ["product"]


def people(*rows: tuple[int, int, int, int]) -> pd.DataFrame:
    """Weeks before now, key users, silent ones, departed ones of account a."""
    table = pd.DataFrame(rows, columns=["ago", "key_users", "silent_key_users", "key_users_departed"])
    as_of = (NOW - pd.to_timedelta(7 * table.pop("ago"), unit="D")).astype("datetime64[us]")
    return table.astype(float).assign(account_id=pd.Series("a", table.index, dtype="str"), as_of=as_of)


@pytest.mark.parametrize(
    ("rows", "gone"),
    [
        ([(8, 3, 0, 0), (4, 3, 0, 0), (0, 2, 0, 1)], True),
        ([(20, 2, 0, 1), (8, 2, 0, 1), (4, 2, 0, 0), (0, 2, 0, 0)], True),  # long ago, and nobody came
        ([(8, 2, 0, 1), (4, 3, 0, 1), (0, 3, 0, 1)], False),  # somebody took the place
        ([(8, 2, 0, 1), (4, 3, 0, 1), (0, 2, 0, 2)], True),  # and left as well
        ([(53, 2, 0, 1), (8, 2, 0, 0), (0, 2, 0, 0)], False),
        ([(4, 3, 0, 0), (0, 3, 1, 0)], False),
        ([], False),
    ],
    ids=["lately", "long ago", "replaced", "replaced in vain", "more than a year ago", "silent only", "unknown"],
)
def test_a_key_person_gone_and_not_replaced_is_the_accounts_own_whatever_fell(rows: list, gone: bool) -> None:
    evidence = Evidence(since(3, 30), people(*rows), (fault(),))
    assert causes(falls([fall("a", 0.0)]), evidence)["cause"].tolist() == ["business" if gone else "product"]


def test_the_sentence_says_who_left_and_who_is_silent() -> None:
    left = Evidence(people=people((4, 3, 0, 0), (0, 2, 0, 1)))
    assert causes(falls([fall("a", 0.0)]), left)["cause_because"].tolist() == [
        "one of its admins, executives or champions has left and nobody took the place (first seen on 2024-03-04)"
    ]
    quiet = Evidence(people=people((8, 3, 0, 0), (4, 3, 1, 0), (0, 3, 1, 0)))
    assert causes(falls([fall("a", 0.4)]), quiet)["cause_because"].tolist() == [
        "the fall in active users (28 days) is the account's own; 1 of its key people silent for 8 weeks or more"
    ]
    always = Evidence(people=people((8, 3, 1, 0), (0, 3, 1, 0)))
    assert "silent" not in causes(falls([fall("a", 0.4)]), always)["cause_because"].iloc[0]


def test_snapshots_without_key_people_tell_nothing_of_them() -> None:
    bare = people((4, 3, 0, 0), (0, 2, 0, 1))[["account_id", "as_of"]]
    assert causes(falls([fall("a", 0.4)]), Evidence(people=bare))["cause_because"].tolist() == [
        "the fall in active users (28 days) is the account's own"
    ]


def test_no_account_and_chinese() -> None:
    assert causes(falls([])).empty
    assert causes(falls([]), Evidence(since(3, 30), people((0, 2, 0, 1)), (fault(),))).empty
    assert causes(falls([fall("a", 0.4)]), language="zh")["cause_because"].tolist() == [
        "活跃人数（28 天）的下降出自客户自身"
    ]
