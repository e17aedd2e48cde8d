"""What an indicator may ask for: window sums over an account, its users and its modules, and its present state.

An indicator function is called once with a `Measures`, which writes down what was asked; the engine then computes
all of it together, so a hundred indicators cost few passes. A window of w days with skip s sums what occurred in
[T - s - w, T - s) and was received before T.
"""

from dataclasses import dataclass

import narwhals as nw

from leadline.features.cells import flag
from leadline.problem import Problem

DAYS_A_WEEK = 7
FIXED = 2**30


@dataclass(frozen=True)
class WindowSum:
    """One fact summed (or its maximum taken) over whole weeks before the as-of date."""

    fact: str
    first_week: int
    weeks: int

    @property
    def column(self) -> str:
        """The column that holds it."""
        return f"{self.fact}_{self.weeks}w_skip{self.first_week}"

    @property
    def last_week(self) -> int:
        """Weeks back at which the window opens."""
        return self.first_week + self.weeks


MONTH = WindowSum("events", 0, 4)
ACTIVE = WindowSum("events", 0, 12)  # an account without any says nothing about the market
LED_BY = (WindowSum("core", 4, 12), WindowSum("events", 4, 12))


def whole_weeks(days: int) -> int:
    """Days as weeks; a Problem where they are none, for partial aggregates are kept by the week."""
    weeks, rest = divmod(days, DAYS_A_WEEK)
    if rest or days < 0:
        raise Problem(f"A window or skip of {days} days is no whole number of weeks; use a multiple of 7.")
    return weeks


def fixed_point(value: nw.Expr) -> nw.Expr:
    """A number in units of 2^-30 as an integer: its sums do not depend on the order in which an engine adds."""
    return (value * FIXED).round().cast(nw.Int64)


class Rows:
    """Window sums on one grain: the account, one of its users, or one of its modules."""

    def __init__(self) -> None:
        self.sums: dict[str, WindowSum] = {MONTH.column: MONTH}

    def _sum(self, fact: str, window: int, skip: int) -> nw.Expr:
        asked = WindowSum(fact, whole_weeks(skip), whole_weeks(window))
        self.sums[asked.column] = asked
        return nw.col(asked.column)

    def events(self, window: int, skip: int = 0) -> nw.Expr:
        """Events of any action."""
        return self._sum("events", window, skip)

    def core(self, window: int, skip: int = 0) -> nw.Expr:
        """Core actions, as the source names them."""
        return self._sum("core", window, skip)


class UserRows(Rows):
    """One user of the account."""

    def __init__(self) -> None:
        super().__init__()
        self.key_asked = False

    def is_new(self, days: int) -> nw.Expr:
        """Whether the user first became known to us in the last so many days."""
        return nw.col("weeks_known") <= whole_weeks(days)

    def silence(self) -> nw.Expr:
        """Days since the user's last known event; null where there is none in the weeks the windows reach back."""
        return nw.col("silence")

    def is_key(self) -> nw.Expr:
        """Whether the user is a key user: an admin, executive or champion still there, where the account names any;
        else one of three who led in the 84 days before the last 28, by core actions, then by events."""
        self.key_asked = True
        for lead in LED_BY:
            self.sums[lead.column] = lead
        return nw.col("key") == 1


class Members:
    """All users (or modules) of the account: counts and sums over them, as one number an account."""

    def __init__(self, grain: str) -> None:
        self._grain = grain
        self.totals: dict[str, tuple[str, nw.Expr]] = {}

    def _total(self, how: str, value: nw.Expr) -> nw.Expr:
        known = {(kind, repr(expression)): name for name, (kind, expression) in self.totals.items()}
        name = known.get((how, repr(value)), f"{self._grain}_{how}_{len(self.totals)}")
        self.totals[name] = (how, value)
        return nw.col(name)

    def count(self, condition: nw.Expr) -> nw.Expr:
        """How many fulfil the condition."""
        return self._total("sum", flag(condition))

    def sum(self, value: nw.Expr) -> nw.Expr:
        """The sum over them of a whole number; of a fraction, sum its fixed_point."""
        return self._total("sum", value)

    def max(self, value: nw.Expr) -> nw.Expr:
        """The largest among them; null where there is none."""
        return self._total("max", value)

    def min(self, value: nw.Expr) -> nw.Expr:
        """The smallest among them; null where there is none."""
        return self._total("min", value)


class Measures(Rows):
    """Everything an indicator may ask for about one account as of a date."""

    def __init__(self) -> None:
        super().__init__()
        self.user = UserRows()
        self.users = Members("users")
        self.module = Rows()
        self.modules = Members("modules")
        self.states: set[str] = set()
        self.markets: dict[str, nw.Expr] = {}
        self.steps: list[dict[str, nw.Expr]] = []
        self._kept: dict[str, nw.Expr] = {}

    def views(self, window: int, skip: int = 0) -> nw.Expr:
        """Views, as the source names them."""
        return self._sum("views", window, skip)

    def sessions(self, window: int, skip: int = 0) -> nw.Expr:
        """Sessions that began: as given by the source, else after a gap of 30 minutes or at midnight."""
        return self._sum("sessions", window, skip)

    def minutes(self, window: int, skip: int = 0) -> nw.Expr:
        """Minutes of use, where events carry a duration."""
        self.states.add("durations")
        return per(self._sum("milliseconds", window, skip), 60_000)

    def active_days(self, window: int, skip: int = 0) -> nw.Expr:
        """Days on which anybody did anything."""
        return self._sum("days", window, skip)

    def user_days(self, window: int, skip: int = 0) -> nw.Expr:
        """Pairs of a user and a day on which that user did anything: the sum of DAU."""
        return self._sum("user_days", window, skip)

    def weekly_users(self, window: int, skip: int = 0) -> nw.Expr:
        """Pairs of a user and a week in which that user did anything: the sum of WAU."""
        return self._sum("user_weeks", window, skip)

    def active_users(self, window: int, skip: int = 0) -> nw.Expr:
        """Distinct users who did anything."""
        if window == DAYS_A_WEEK:
            return self.weekly_users(window, skip)
        return self.users.count(self.user.events(window, skip) > 0)

    def module_events(self, module: str, window: int, skip: int = 0) -> nw.Expr:
        """Events in one module."""
        used = nw.when(nw.col("module") == module).then(self.module.events(window, skip))
        return self.modules.sum(used.otherwise(nw.lit(0)))

    def state(self, name: str) -> nw.Expr:
        """A fact that holds now: see `states.STATES` for the names."""
        self.states.add(name)
        return nw.col(name)

    def kept(self, value: nw.Expr, step: int = 0) -> nw.Expr:
        """The same value, computed once for all who ask for it; it may refer to what is kept by an earlier step."""
        key = f"{step} {value!r}"
        if key not in self._kept:
            self.steps += [{} for _ in range(step + 1 - len(self.steps))]
            name = f"kept_{len(self._kept)}"
            self.steps[step][name], self._kept[key] = value, nw.col(name)
        return self._kept[key]

    def market(self, value: nw.Expr) -> nw.Expr:
        """The value less the median over accounts that used the product in the last 84 days: market movement."""
        self.sums[ACTIVE.column] = ACTIVE
        median = f"market_{len(self.markets)}"
        self.markets[median] = value
        return value - nw.col(median)


def per(value: nw.Expr, number: float) -> nw.Expr:
    """value / number, by way of 1 / number as Polars does it in tables of more than one row: alike on every engine and
    in every table, to the last digit."""
    return value * (1 / number)


def ratio(value: nw.Expr, base: nw.Expr) -> nw.Expr:
    """value / base, undefined where the base is not above zero."""
    return nw.when(base > 0).then(value / base)


def change(now: nw.Expr, before: nw.Expr) -> nw.Expr:
    """now / before - 1, undefined where there was nothing before."""
    return ratio(now, before) - 1
