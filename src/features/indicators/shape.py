"""Company and product level: the shape of the last weeks, how steep, how long, how abrupt, how uneven."""

from itertools import pairwise

import narwhals as nw

from leadline.features.indicator import indicator
from leadline.features.measures import DAYS_A_WEEK, Measures, ratio
from leadline.features.series import Cusum, Weekly, cusum_of_falls, log_weeks, run_until_now, slope, spread

PAGE = "Page (1954), Continuous Inspection Schemes, Biometrika 41"


def _slope(weekly: Weekly, window: int) -> nw.Expr:
    return slope(log_weeks(weekly, window // DAYS_A_WEEK))


def _falls(m: Measures) -> Cusum:
    return cusum_of_falls(m, log_weeks(m.events, 8), log_weeks(m.events, 8, ago=8))


@indicator(
    level="company",
    family="trend",
    unit="log change",
    windows=(56, 84),
    direction=-1,
    empty=0,
    market=True,
    en="over {window} days actions moved by {value} a week ({before} four weeks earlier)",
    zh="{window} 天内操作量平均每周变化 {value}（四周前为 {before}）",
)
def events_slope(m: Measures, window: int) -> nw.Expr:
    """How steeply weekly actions rise or fall: 0.1 is about 10% more every week, -0.1 about 10% less.

    Least-squares slope a week of log(1 + weekly actions) over the window.
    """
    return _slope(m.events, window)


@indicator(
    level="company",
    family="trend",
    unit="log change",
    windows=(56, 84),
    direction=-1,
    empty=0,
    market=True,
    en="over {window} days weekly users moved by {value} a week ({before} four weeks earlier)",
    zh="{window} 天内周活用户平均每周变化 {value}（四周前为 {before}）",
)
def users_slope(m: Measures, window: int) -> nw.Expr:
    """How steeply weekly users rise or fall: 0.1 is about 10% more every week, -0.1 about 10% less.

    Least-squares slope a week of log(1 + WAU) over the window.
    """
    return _slope(m.weekly_users, window)


@indicator(
    level="product",
    family="trend",
    unit="log change",
    windows=(56, 84),
    direction=-1,
    empty=0,
    market=True,
    en="over {window} days core actions moved by {value} a week ({before} four weeks earlier)",
    zh="{window} 天内核心动作平均每周变化 {value}（四周前为 {before}）",
)
def core_slope(m: Measures, window: int) -> nw.Expr:
    """How steeply weekly core actions rise or fall: 0.1 is about 10% more every week, -0.1 about 10% less.

    Least-squares slope a week of log(1 + weekly core actions) over the window.
    """
    return _slope(m.core, window)


@indicator(
    level="company",
    family="trend",
    unit="share",
    direction=1,
    empty=0,
    market=True,
    en="the last 4 weeks are {value} below the best 4 weeks of the last 16 ({before} four weeks earlier)",
    zh="近 4 周较 16 周内最好的 4 周低 {value}（四周前为 {before}）",
)
def drop_from_best(m: Measures, _: None) -> nw.Expr:
    """How far the last 4 weeks' actions lie below the best of the last four 4-week periods, as a share of it."""
    periods = [m.events(28, skip=28 * i) for i in range(4)]
    return 1 - ratio(periods[0], nw.max_horizontal(*periods))


@indicator(
    level="company",
    family="trend",
    unit="count",
    direction=1,
    empty=0,
    market=True,
    en="weekly actions have fallen {value} weeks in a row ({before} four weeks earlier)",
    zh="周操作量已连续下降 {value} 周（四周前为 {before} 周）",
)
def weeks_of_decline(m: Measures, _: None) -> nw.Expr:
    """Weeks in a row, up to 7, in which actions were fewer than the week before."""
    weeks = [m.events(DAYS_A_WEEK, skip=DAYS_A_WEEK * i) for i in reversed(range(8))]
    return run_until_now([now < before for before, now in pairwise(weeks)])


@indicator(
    level="company",
    family="trend",
    unit="ratio",
    direction=1,
    empty=0,
    market=True,
    source=PAGE,
    en="over 8 weeks use slipped by {value} of its usual weekly swings in all ({before} four weeks earlier)",
    zh="近 8 周用量累计下滑，相当于平常周波动的 {value} 倍（四周前为 {before} 倍）",
)
def decline_cusum(m: Measures, _: None) -> nw.Expr:
    """How far use has fallen, summed over the last 8 weeks, below what the 8 weeks before make usual; 0 where it has
    not, and small falls are let pass.

    One-sided CUSUM of x = log(1 + weekly actions): S = max(0, S + (mu - x) / sigma - 0.5), with mu and sigma the mean
    and standard deviation of x over the 8 weeks before, sigma at least 0.25.
    """
    return _falls(m).value


@indicator(
    level="company",
    family="trend",
    unit="count",
    direction=1,
    empty=0,
    market=True,
    source=PAGE,
    en="use has been below its usual level for {value} weeks ({before} four weeks earlier)",
    zh="用量低于常态已持续 {value} 周（四周前为 {before} 周）",
)
def weeks_since_change(m: Measures, _: None) -> nw.Expr:
    """Weeks since the present decline began, up to 8; 0 where there is none.

    Weeks since the CUSUM of `decline_cusum` last stood at zero.
    """
    return _falls(m).weeks


@indicator(
    level="company",
    family="trend",
    unit="ratio",
    windows=(56, 84),
    direction=0,
    empty=0,
    market=True,
    en="weekly use over {window} days is uneven by {value}, 0 being even ({before} four weeks earlier)",
    zh="{window} 天内周用量起伏为 {value}，0 为完全平稳（四周前为 {before}）",
)
def volatility(m: Measures, window: int) -> nw.Expr:
    """How unevenly the account uses the product from week to week: 0 where every week is like the other.

    Population standard deviation of log(1 + weekly actions) over the window.
    """
    return spread(log_weeks(m.events, window // DAYS_A_WEEK))
