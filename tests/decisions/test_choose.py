import pandas as pd
import pytest
from decision_tables import experiment, fall, falls
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from leadline.decisions.choose import choose

NAN = float("nan")
NONE = falls([]).assign(enter=0.0)


def accounts(rows: list[tuple[str, float, float]], csm: str | None = None) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["account_id", "p_churn", "arr"])
    typed = frame.astype({"account_id": "str", "p_churn": float, "arr": float})
    return typed.assign(csm=pd.Series([csm] * len(rows), dtype="str"), tier="growth")


def crossed(*names: str) -> pd.DataFrame:
    return falls([fall(name, 0.38, own=0.43) for name in names]).assign(enter=0.3)


@pytest.mark.parametrize(
    ("rows", "crossers", "places", "listed"),
    [
        ([("a", 0.5, 12000), ("b", 0.9, 12000), ("c", 0.4, 90000)], (), 2, ["c", "b"]),
        ([("a", 0.5, 2000), ("b", 0.5, 2001)], (), 2, ["b"]),
        ([("a", 0.1, 1000), ("b", 0.5, 12000)], ("a",), 2, ["b", "a"]),
        ([("a", 0.1, 1000), ("b", 0.5, 12000)], ("a",), 1, ["b"]),
        ([("a", 0.2, NAN), ("b", 0.5, NAN), ("c", 0.3, NAN)], ("a",), 2, ["b", "c"]),
        ([("a", 0.99, NAN), ("b", 0.5, 12000)], (), 2, ["b", "a"]),
        ([("b", 0.5, 12000), ("a", 0.5, 12000)], (), 1, ["a"]),
        ([("a", NAN, NAN)], ("a",), 1, []),
        ([("a", 0.5, 12000)], ("a",), 0, []),
        ([("a", 0.5, 12000)], (), 99, ["a"]),
        ([], (), 9, []),
    ],
    ids=[
        "by value",
        "until zero",
        "a threshold brings one in",
        "but pushes none out",
        "by risk without money",
        "unknown money last",
        "ties by account",
        "no score",
        "no capacity",
        "capacity above accounts",
        "no account",
    ],
)
def test_who_is_listed(rows: list, crossers: tuple[str, ...], places: int, listed: list[str]) -> None:
    assert choose(accounts(rows), crossed(*crossers), experiment(1, places))["account_id"].tolist() == listed


def test_a_full_book_gives_its_place_to_another() -> None:
    anna, bo = [("a", 0.9, 12000), ("b", 0.8, 12000)], [("c", 0.5, 12000)]
    table = pd.concat([accounts(anna, "Anna"), accounts(bo, "Bo")])
    assert choose(table, NONE, experiment(2, 1))["account_id"].tolist() == ["a", "c"]


CROSSED = (
    "active users (28 days) fell 43% against its own past while peers fell 5%, which reaches this week's line of 30%"
)


@pytest.mark.parametrize(
    ("row", "crosses", "language", "said"),
    [
        (("a", 0.5, 12000), False, "en", "its chance of leaving is 50%, so stepping in is worth $1,000 a year"),
        (("a", 0.5, NAN), False, "en", "its chance of leaving is 50%"),
        (
            ("a", 0.5, 12000),
            True,
            "en",
            f"{CROSSED}; its chance of leaving is 50%, so stepping in is worth $1,000 a year",
        ),
        (("a", 0.1, 1000), True, "en", CROSSED),
        (
            ("a", 0.5, 12000),
            True,
            "zh",
            "活跃人数（28 天）较自身过往下降 43%，同类客户下降 5%，"
            "差距达到本周介入线 30%；流失概率为 50%，介入预计每年可保住 US$1,000",
        ),
    ],
)
def test_the_reason_is_a_sentence(row: tuple, crosses: bool, language: str, said: str) -> None:
    falls_of = crossed("a") if crosses else NONE
    found = choose(accounts([row]), falls_of, experiment(language=language))
    assert found["listed_because"].tolist() == [said]


def test_of_several_crossings_the_deepest_is_told() -> None:
    several = falls([fall("a", 0.4), fall("a", 0.7, indicator="events_7")]).assign(enter=0.3)
    (said,) = choose(accounts([("a", 0.1, 100)]), several, experiment())["listed_because"]
    assert said.startswith("actions (7 days) fell 70% against its own past")


ROWS = st.lists(
    st.tuples(
        st.sampled_from([0.1, 0.5, 0.9]),
        st.sampled_from([NAN, 500.0, 12000.0]),
        st.sampled_from(["Anna", "Bo", None]),
        st.booleans(),
    ),
    max_size=15,
)


@settings(deadline=None, max_examples=30)
@given(ROWS, st.integers(0, 3), st.integers(0, 6), st.randoms(use_true_random=False))
def test_never_more_than_capacity_and_never_by_order(rows: list, csms: int, each: int, random: object) -> None:
    names = [f"{i:02}" for i in range(len(rows))]
    table = accounts([(n, r[0], r[1]) for n, r in zip(names, rows, strict=True)])
    table = table.assign(csm=pd.Series([r[2] for r in rows], dtype="str"))
    over = crossed(*(n for n, r in zip(names, rows, strict=True) if r[3]))
    found = choose(table, over, experiment(csms, each))
    books = table.set_index("account_id")["csm"].reindex(found["account_id"]).dropna().value_counts()
    assert len(found) <= csms * each
    assert (books <= each).all()
    assert found["listed_because"].ne("").all()
    mixed = table.sample(frac=1, random_state=random.randrange(99), ignore_index=True)
    assert_frame_equal(found, choose(mixed, over, experiment(csms, each)))
