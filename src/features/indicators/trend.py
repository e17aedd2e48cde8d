"""Company and product level: how use moves against the account's own past, and against the market."""

import narwhals as nw

from leadline.features.indicator import indicator
from leadline.features.measures import Measures, change
from leadline.features.series import Weekly, against_12_weeks


def _against_last_week(weekly: Weekly) -> nw.Expr:
    return change(weekly(7, 0), weekly(7, 7))


@indicator(
    level="company",
    family="trend",
    unit="change",
    direction=-1,
    market=True,
    en="actions in the last 4 weeks are {value} on the 12 weeks before ({before} four weeks earlier)",
    zh="近 4 周操作量较此前 12 周变化 {value}（四周前为 {before}）",
)
def events_trend(m: Measures, _: None) -> nw.Expr:
    """Weekly actions of the last 4 weeks over those of the 12 weeks before, less one."""
    return against_12_weeks(m.events)


@indicator(
    level="company",
    family="trend",
    unit="change",
    direction=-1,
    market=True,
    en="weekly users in the last 4 weeks are {value} on the 12 weeks before ({before} four weeks earlier)",
    zh="近 4 周周活用户较此前 12 周变化 {value}（四周前为 {before}）",
)
def users_trend(m: Measures, _: None) -> nw.Expr:
    """Mean WAU of the last 4 weeks over that of the 12 weeks before, less one."""
    return against_12_weeks(m.weekly_users)


@indicator(
    level="company",
    family="trend",
    unit="change",
    direction=-1,
    market=True,
    en="visits in the last 4 weeks are {value} on the 12 weeks before ({before} four weeks earlier)",
    zh="近 4 周访问次数较此前 12 周变化 {value}（四周前为 {before}）",
)
def sessions_trend(m: Measures, _: None) -> nw.Expr:
    """Weekly visits of the last 4 weeks over those of the 12 weeks before, less one."""
    return against_12_weeks(m.sessions)


@indicator(
    level="company",
    family="trend",
    unit="change",
    direction=-1,
    market=True,
    en="days of use in the last 4 weeks are {value} on the 12 weeks before ({before} four weeks earlier)",
    zh="近 4 周使用天数较此前 12 周变化 {value}（四周前为 {before}）",
)
def days_trend(m: Measures, _: None) -> nw.Expr:
    """Days of use a week in the last 4 weeks over those of the 12 weeks before, less one."""
    return against_12_weeks(m.active_days)


@indicator(
    level="product",
    family="trend",
    unit="change",
    direction=-1,
    market=True,
    en="core actions in the last 4 weeks are {value} on the 12 weeks before ({before} four weeks earlier)",
    zh="近 4 周核心动作较此前 12 周变化 {value}（四周前为 {before}）",
)
def core_trend(m: Measures, _: None) -> nw.Expr:
    """Weekly core actions of the last 4 weeks over those of the 12 weeks before, less one."""
    return against_12_weeks(m.core)


@indicator(
    level="product",
    family="trend",
    unit="change",
    direction=-1,
    market=True,
    en="modules used in the last 4 weeks are {value} on the 4 weeks before ({before} four weeks earlier)",
    zh="近 4 周使用的模块数较此前 4 周变化 {value}（四周前为 {before}）",
)
def modules_trend(m: Measures, _: None) -> nw.Expr:
    """Modules used in the last 28 days over those used in the 28 days before, less one."""
    now, before = (m.modules.count(m.module.events(28, skip) > 0) for skip in (0, 28))
    return change(now, before)


@indicator(
    level="company",
    family="trend",
    unit="change",
    direction=-1,
    market=True,
    en="actions last week are {value} on the week before ({before} four weeks earlier)",
    zh="上周操作量较前一周变化 {value}（四周前为 {before}）",
)
def events_week_change(m: Measures, _: None) -> nw.Expr:
    """Actions of the last week over those of the week before, less one."""
    return _against_last_week(m.events)


@indicator(
    level="company",
    family="trend",
    unit="change",
    direction=-1,
    market=True,
    en="users last week are {value} on the week before ({before} four weeks earlier)",
    zh="上周活跃用户较前一周变化 {value}（四周前为 {before}）",
)
def users_week_change(m: Measures, _: None) -> nw.Expr:
    """Active users of the last week (WAU) over those of the week before, less one."""
    return _against_last_week(m.weekly_users)


@indicator(
    level="product",
    family="trend",
    unit="change",
    direction=-1,
    market=True,
    en="core actions last week are {value} on the week before ({before} four weeks earlier)",
    zh="上周核心动作较前一周变化 {value}（四周前为 {before}）",
)
def core_week_change(m: Measures, _: None) -> nw.Expr:
    """Core actions of the last week over those of the week before, less one."""
    return _against_last_week(m.core)
