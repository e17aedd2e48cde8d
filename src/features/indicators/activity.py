"""Company level: how much an account uses the product."""

import narwhals as nw

from leadline.features.indicator import indicator
from leadline.features.measures import Measures, ratio


@indicator(
    level="company",
    family="activity",
    unit="count",
    windows=(7, 28, 84),
    direction=-1,
    decline=True,
    en="{value} people used the product in the last {window} days, against {before} four weeks earlier",
    zh="近 {window} 天有 {value} 人使用产品，四周前为 {before} 人",
)
def active_users(m: Measures, window: int) -> nw.Expr:
    """Distinct people of the account who did anything in the window (7 days: WAU, 28 days: MAU)."""
    return m.active_users(window)


@indicator(
    level="company",
    family="activity",
    unit="count",
    windows=(7, 28, 84),
    direction=-1,
    decline=True,
    en="{value} actions in the last {window} days, against {before} four weeks earlier",
    zh="近 {window} 天有 {value} 次操作，四周前为 {before} 次",
)
def events(m: Measures, window: int) -> nw.Expr:
    """Actions of any kind in the window."""
    return m.events(window)


@indicator(
    level="company",
    family="activity",
    unit="count",
    windows=(28,),
    direction=-1,
    decline=True,
    en="{value} visits in the last {window} days, against {before} four weeks earlier",
    zh="近 {window} 天访问 {value} 次，四周前为 {before} 次",
)
def sessions(m: Measures, window: int) -> nw.Expr:
    """Visits in the window; where the log names none, a visit ends after 30 minutes of silence."""
    return m.sessions(window)


@indicator(
    level="company",
    family="activity",
    unit="days",
    windows=(7, 28, 84),
    direction=-1,
    decline=True,
    en="used on {value} of the last {window} days, against {before} four weeks earlier",
    zh="近 {window} 天中有 {value} 天使用，四周前为 {before} 天",
)
def active_days(m: Measures, window: int) -> nw.Expr:
    """Days of the window on which anybody used the product (L7, L28)."""
    return m.active_days(window)


@indicator(
    level="company",
    family="activity",
    unit="ratio",
    windows=(28,),
    direction=-1,
    en="{value} actions a visit in the last {window} days, against {before} four weeks earlier",
    zh="近 {window} 天每次访问 {value} 次操作，四周前为 {before} 次",
)
def events_per_session(m: Measures, window: int) -> nw.Expr:
    """Actions a visit: how much people do when they come."""
    return ratio(m.events(window), m.sessions(window))


@indicator(
    level="company",
    family="activity",
    unit="share",
    windows=(28,),
    direction=-1,
    en="on a usual day {value} of the month's users came, against {before} four weeks earlier",
    zh="平均每天有 {value} 的月活用户使用，四周前为 {before}",
)
def stickiness(m: Measures, window: int) -> nw.Expr:
    """Mean daily active users over the window's active users (mean DAU / MAU)."""
    return ratio(m.user_days(window) / window, m.active_users(window))


@indicator(
    level="company",
    family="recency",
    unit="days",
    direction=1,
    en="nobody has used the product for {value} days, against {before} four weeks earlier",
    zh="已有 {value} 天无人使用，四周前为 {before} 天",
)
def days_since_last_event(m: Measures, _: None) -> nw.Expr:
    """Days since the last action of anybody in the account, however long ago."""
    return m.state("days_since_last_event")


@indicator(
    level="company",
    family="recency",
    unit="ratio",
    direction=1,
    en="silent for {value} times its usual gap between days of use, against {before} four weeks earlier",
    zh="沉默时长为其通常间隔的 {value} 倍，四周前为 {before} 倍",
)
def recency_in_gaps(m: Measures, _: None) -> nw.Expr:
    """Days since the last action in units of the account's own usual gap, which is 112 days over its days of use in
    them; undefined once it has been silent for all of them."""
    days = m.active_days(112)
    return nw.when(days > 0).then(m.state("days_since_last_event") * days / 112)


@indicator(
    level="company",
    family="activity",
    unit="share",
    windows=(28,),
    direction=-1,
    en="{value} of the seats paid for were used in the last {window} days, against {before} four weeks earlier",
    zh="近 {window} 天席位使用率 {value}，四周前为 {before}",
)
def seat_utilisation(m: Measures, window: int) -> nw.Expr:
    """Active users over seats bought."""
    return ratio(m.active_users(window), m.state("seats"))
