"""Company level: how often the account calls for support, and when it falls silent."""

import narwhals as nw

from leadline.features.cells import flag
from leadline.features.indicator import indicator
from leadline.features.measures import Measures, ratio

MANY_TICKETS = 3


@indicator(
    level="company",
    family="support",
    unit="ratio",
    direction=0,
    en="{value} tickets a user in the last 84 days, against {before} four weeks earlier",
    zh="近 84 天人均工单 {value}，四周前为 {before}",
)
def tickets_per_user(m: Measures, _: None) -> nw.Expr:
    """Tickets opened in the last 84 days per active user."""
    opened = m.state("tickets_84").fill_null(0)
    return ratio(opened, m.active_users(84))


@indicator(
    level="company",
    family="support",
    unit="count",
    direction=1,
    empty=0,
    en="{value} tickets are open ({before} four weeks earlier)",
    zh="有 {value} 个未关闭工单（四周前为 {before} 个）",
)
def open_tickets(m: Measures, _: None) -> nw.Expr:
    """Tickets opened and not yet closed."""
    return m.state("open_tickets")


@indicator(
    level="company",
    family="support",
    unit="count",
    direction=1,
    empty=0,
    en="{value} urgent tickets are open ({before} four weeks earlier)",
    zh="有 {value} 个未关闭的紧急工单（四周前为 {before} 个）",
)
def open_urgent_tickets(m: Measures, _: None) -> nw.Expr:
    """Tickets of priority urgent, high, critical or P1 opened and not yet closed."""
    return m.state("open_urgent_tickets")


@indicator(
    level="company",
    family="support",
    unit="flag",
    direction=1,
    empty=0,
    en="fell silent after many tickets: {value}, against {before} four weeks earlier",
    zh="多次提交工单后不再求助：{value}，四周前为{before}",
)
def silence_after_tickets(m: Measures, _: None) -> nw.Expr:
    """1 when an account that called for support now asks nothing: it may have given up; else 0.

    1 when at least 3 tickets were opened in the 84 days before the last 28, and none in the last 28.
    """
    before, now = m.state("tickets_before").fill_null(0), m.state("tickets_28").fill_null(0)
    return flag((before >= MANY_TICKETS) & (now == 0))


@indicator(
    level="company",
    family="support",
    unit="count",
    direction=1,
    empty=0,
    en="it opened {value} urgent tickets in the last 12 weeks ({before} four weeks earlier)",
    zh="近 12 周提交 {value} 个紧急工单（四周前为 {before} 个）",
)
def urgent_tickets(m: Measures, _: None) -> nw.Expr:
    """Tickets of priority urgent, high, critical or P1 opened in the last 84 days, whether closed or not."""
    return m.state("urgent_tickets")
