"""Company level: how use changes against the account's own past, and against the market."""

import narwhals as nw

from leadline.features.indicator import indicator
from leadline.features.measures import Measures, change, ratio

WEEKS = range(8)


def _log_week(m: Measures, weeks_ago: int) -> nw.Expr:
    return (m.events(7, skip=7 * weeks_ago) + 1.0).log()


@indicator(
    level="company",
    family="trend",
    unit="change",
    direction=-1,
    en="actions in the last 4 weeks are {value} on the 12 weeks before ({before} four weeks earlier)",
    zh="近 4 周操作量较此前 12 周变化 {value}（四周前为 {before}）",
)
def events_trend(m: Measures, _: None) -> nw.Expr:
    """Weekly actions of the last 4 weeks over those of the 12 weeks before, less one."""
    return change(m.events(28) / 4, m.events(84, skip=28) / 12)


@indicator(
    level="company",
    family="trend",
    unit="change",
    direction=-1,
    en="weekly users in the last 4 weeks are {value} on the 12 weeks before ({before} four weeks earlier)",
    zh="近 4 周周活用户较此前 12 周变化 {value}（四周前为 {before}）",
)
def users_trend(m: Measures, _: None) -> nw.Expr:
    """Mean WAU of the last 4 weeks over that of the 12 weeks before, less one."""
    weeks = [m.active_users(7, skip=7 * i) for i in range(16)]
    return change(nw.sum_horizontal(*weeks[:4]) / 4, nw.sum_horizontal(*weeks[4:]) / 12)


@indicator(
    level="company",
    family="trend",
    unit="change",
    direction=-1,
    en="against the market, the last 4 weeks are {value} on the 12 before ({before} four weeks earlier)",
    zh="扣除大盘后，近 4 周较此前 12 周变化 {value}（四周前为 {before}）",
)
def events_trend_vs_market(m: Measures, _: None) -> nw.Expr:
    """The trend of actions less the median trend of all accounts that week: the account's own movement."""
    return m.market(change(m.events(28) / 4, m.events(84, skip=28) / 12))


@indicator(
    level="company",
    family="trend",
    unit="change",
    direction=-1,
    en="actions last week are {value} on the week before ({before} four weeks earlier)",
    zh="上周操作量较前一周变化 {value}（四周前为 {before}）",
)
def events_week_change(m: Measures, _: None) -> nw.Expr:
    """Actions of the last week over those of the week before, less one."""
    return change(m.events(7), m.events(7, skip=7))


@indicator(
    level="company",
    family="trend",
    unit="ratio",
    direction=-1,
    en="over 8 weeks actions moved by a factor of e^{value} a week (e^{before} four weeks earlier)",
    zh="8 周内操作量每周对数斜率 {value}（四周前为 {before}）",
)
def events_slope(m: Measures, _: None) -> nw.Expr:
    """Least-squares slope a week of log(1 + weekly actions) over the last 8 weeks."""
    middle = (len(WEEKS) - 1) / 2
    spread = sum((i - middle) ** 2 for i in WEEKS)
    return nw.sum_horizontal(*[_log_week(m, i) * ((middle - i) / spread) for i in WEEKS])


@indicator(
    level="company",
    family="trend",
    unit="share",
    direction=1,
    empty=0,
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
    en="weekly actions have fallen {value} weeks in a row ({before} four weeks earlier)",
    zh="周操作量已连续下降 {value} 周（四周前为 {before} 周）",
)
def weeks_of_decline(m: Measures, _: None) -> nw.Expr:
    """Weeks in a row, up to 7, in which actions were fewer than the week before."""
    fell = [m.events(7, skip=7 * i) < m.events(7, skip=7 * (i + 1)) for i in range(7)]
    run: nw.Expr = nw.lit(0)
    for step in reversed(fell):
        run = nw.when(step).then(run + 1).otherwise(nw.lit(0))
    return run


@indicator(
    level="company",
    family="trend",
    unit="ratio",
    direction=0,
    en="weekly use swings by {value} of its log ({before} four weeks earlier)",
    zh="周用量波动（对数标准差）{value}（四周前为 {before}）",
)
def volatility(m: Measures, _: None) -> nw.Expr:
    """Standard deviation of log(1 + weekly actions) over the last 8 weeks."""
    logs = [_log_week(m, i) for i in WEEKS]
    mean = nw.sum_horizontal(*logs) / len(logs)
    return (nw.sum_horizontal(*[(x - mean) * (x - mean) for x in logs]) / len(logs)).sqrt()
