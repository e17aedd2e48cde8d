"""The literal tables of every indicator on Spark: all of them as one company, computed once, under the same asserts.

Each test is called first with a stand-in that notes what is asked of which tables. Each set of tables becomes a case
with accounts of its own; a case about the market also has an as-of date of its own, some weeks later, for medians are
taken over the accounts of a date. Then each test is called again and answered from Spark's table.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from inspect import signature
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from leadline.features.catalogue import catalogue
from leadline.features.engine import DuckDBEngine, Engine
from leadline.features.snapshots import Log, available, snapshots
from spark_here import spark_engine

HERE = Path(__file__).parent
NONE = "ago\n"  # no events


def literal_tables() -> ModuleType:
    """How the other engines read literal tables: the conftest beside, under a name of its own."""
    spec = spec_from_file_location("literal_tables", HERE / "conftest.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def literal_tests() -> dict[str, Callable]:
    """Every test of the indicators that asks for `value`, by module and name."""
    folder = HERE / "indicators"
    sys.path.insert(0, str(folder))
    try:
        files = [file for file in sorted(folder.glob("test_*.py")) if "(value" in file.read_text(encoding="utf-8")]
        modules = [import_module(file.stem) for file in files]
    finally:
        sys.path.remove(str(folder))
    found = [f for module in modules for name, f in vars(module).items() if name.startswith("test_")]
    asking = {f"{f.__module__}.{f.__name__}": f for f in found if "value" in signature(f).parameters}
    assert [name for name, f in asking.items() if list(signature(f).parameters) != ["value"]] == []
    return asking


LITERAL = literal_tables()
TESTS = literal_tests()


class Anything(float):
    """The number that fulfils every assert: equal to all, above and below all, and not a number."""

    def __new__(cls) -> "Anything":
        return super().__new__(cls, "nan")

    def _yes(self, other: object) -> bool:
        return True

    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = _yes
    __hash__ = float.__hash__


@dataclass
class Case:
    """One set of tables as an account group of the company: what its accounts' names begin with, and how many weeks
    later than the literal as-of date its own lies."""

    prefix: str
    later: pd.Timedelta
    tables: dict[str, pd.DataFrame]
    back: set[float] = field(default_factory=lambda: {0})

    def placed(self, name: str) -> pd.DataFrame:
        """A table among those of the other cases."""
        frame = self.tables[name]
        instants = {c: (frame[c] + self.later).astype("datetime64[us]") for c in frame.select_dtypes("datetime")}
        return frame.assign(account_id=self.prefix + frame["account_id"], **instants)

    def grid(self) -> pd.DataFrame:
        """Every account of its events, and a, as of each date that was asked for."""
        names = sorted({"a", *self.tables["events"]["account_id"]})
        dates = [LITERAL.AS_OF + self.later - pd.Timedelta(days=back) for back in sorted(self.back)]
        rows = pd.DataFrame([(self.prefix + name, date) for name in names for date in dates])
        return rows.set_axis(["account_id", "as_of"], axis=1).astype({"as_of": "datetime64[us]"})


class Company:
    """All cases together."""

    def __init__(self) -> None:
        self.cases: dict[tuple, Case] = {}

    def case(self, column: str, events: str, tables: dict[str, str]) -> Case:
        """The case of these tables; the market is that of the case alone."""
        market = "_vs_market" in column
        key = (market, events, *sorted(tables.items()))
        if key not in self.cases:
            names = sorted({"a", *LITERAL.parsed("events", events)["account_id"]})
            texts = {"accounts": "account_id\n" + "\n".join(names), "events": events, **tables}
            frames = {name: LITERAL.parsed(name, text) for name, text in texts.items()}
            weeks = 1 + sum(k[0] for k in self.cases) if market else 0
            self.cases[key] = Case(f"{len(self.cases)} ", pd.Timedelta(weeks=weeks), frames)
        return self.cases[key]

    def note(self, column: str, events: str = NONE, account: str = "a", back: float = 0, **tables: str) -> float:
        """In place of `value`: an answer with which the test goes on."""
        case = self.case(column, events, tables)
        assert back == 0 or (back > 0 and not case.later), f"{column}: {back} days back the market is not its own"
        case.back.add(back)
        return Anything()

    def table(self, engine: Engine) -> pd.DataFrame:
        """Every indicator of every account and date."""
        cases = list(self.cases.values())
        names = {name for case in cases for name in case.tables}
        frames = {n: pd.concat([c.placed(n) for c in cases if n in c.tables], ignore_index=True) for n in names}
        read = {name: engine.table(frame) for name, frame in frames.items()}
        log = Log(read, ("core", "deep"), ("view",), LITERAL.MODULES, True, True)
        grid = pd.concat([case.grid() for case in cases], ignore_index=True)
        return snapshots(engine, log, grid, available(catalogue(LITERAL.MODULES), log))

    def answers(self, table: pd.DataFrame) -> Callable[..., float]:
        """In place of `value`: what the table says."""
        by_date = table.set_index(["account_id", "as_of"])

        def value(column: str, events: str = NONE, account: str = "a", back: float = 0, **tables: str) -> float:
            case = self.case(column, events, tables)
            date = LITERAL.AS_OF + case.later - pd.Timedelta(days=back)
            return float(by_date.at[(case.prefix + account, date), column])

        return value


@pytest.fixture(scope="module")
def computed() -> Iterator[tuple[Company, pd.DataFrame]]:
    """All cases, and what Spark makes of them."""
    company = Company()
    for test in TESTS.values():
        test(company.note)
    with spark_engine() as engine:
        yield company, company.table(engine)


@pytest.mark.parametrize("test", TESTS.values(), ids=TESTS)
def test_on_spark(test: Callable[..., None], computed: tuple[Company, pd.DataFrame]) -> None:
    company, table = computed
    test(company.answers(table))


def test_every_number_is_that_of_duckdb(computed: tuple[Company, pd.DataFrame]) -> None:
    company, found = computed
    engine = DuckDBEngine()
    expected = company.table(engine)
    engine.close()
    pd.testing.assert_frame_equal(found, expected, rtol=1e-12, atol=1e-12)
