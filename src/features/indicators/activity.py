"""Company level: how much an account uses the product."""

import narwhals as nw

from leadline.features.indicator import indicator
from leadline.features.measures import Measures, per, ratio


@indicator(
    level="company",
    family="activity",
    unit="count",
    windows=(7, 28, 84, 182),
    direction=-1,
    empty=0,
    decline=True,
    called={"en": "active users", "zh": "活跃人数"},
    source="Weekly and monthly active users (WAU, MAU); MAU as in Facebook, Form S-1 (2012)",
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
    windows=(7, 28, 84, 182),
    direction=-1,
    empty=0,
    decline=True,
    called={"en": "actions", "zh": "操作次数"},
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
    windows=(7, 28, 84),
    direction=-1,
    empty=0,
    decline=True,
    called={"en": "visits", "zh": "访问次数"},
    source="Google Analytics (Universal Analytics): a session ends after 30 minutes of inactivity and at midnight",
    en="{value} visits in the last {window} days, against {before} four weeks earlier",
    zh="近 {window} 天访问 {value} 次，四周前为 {before} 次",
)
def sessions(m: Measures, window: int) -> nw.Expr:
    """Visits begun in the window; where the log names none, a visit ends after 30 minutes of silence or at midnight."""
    return m.sessions(window)


@indicator(
    level="company",
    family="activity",
    unit="count",
    windows=(7, 28, 84),
    direction=-1,
    empty=0,
    en="{value} minutes of use in the last {window} days, against {before} four weeks earlier",
    zh="近 {window} 天使用时长 {value} 分钟，四周前为 {before} 分钟",
)
def minutes(m: Measures, window: int) -> nw.Expr:
    """Minutes people spent in the product in the window, where the log says how long an action took."""
    return m.minutes(window)


@indicator(
    level="company",
    family="activity",
    unit="days",
    windows=(7, 28, 84, 182),
    direction=-1,
    empty=0,
    decline=True,
    called={"en": "days of use", "zh": "使用天数"},
    source="L7 and L28: days of use in 7 and in 28, from growth practice at Facebook",
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
    windows=(28, 84),
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
    unit="ratio",
    windows=(28, 84),
    direction=-1,
    en="{value} actions a user in the last {window} days, against {before} four weeks earlier",
    zh="近 {window} 天人均操作 {value} 次，四周前为 {before} 次",
)
def events_per_user(m: Measures, window: int) -> nw.Expr:
    """Actions per active user: how much each person does with the product."""
    return ratio(m.events(window), m.active_users(window))


@indicator(
    level="company",
    family="activity",
    unit="share",
    windows=(28, 84),
    direction=-1,
    source="DAU / MAU, with users as in Facebook, Form S-1 (2012)",
    en="on a usual day {value} of the users of the last {window} days came, against {before} four weeks earlier",
    zh="近 {window} 天的用户平均每天有 {value} 使用产品，四周前为 {before}",
)
def stickiness(m: Measures, window: int) -> nw.Expr:
    """Share of the window's users who come on a usual day (mean DAU / MAU).

    Distinct pairs of a user and a day / days of the window / active users.
    """
    return ratio(per(m.user_days(window), window), m.active_users(window))


@indicator(
    level="company",
    family="activity",
    unit="share",
    windows=(28, 84),
    direction=-1,
    source="Seat (licence) utilisation, as customer-success teams use it",
    en="{value} of the seats paid for were used in the last {window} days, against {before} four weeks earlier",
    zh="近 {window} 天席位使用率 {value}，四周前为 {before}",
)
def seat_utilisation(m: Measures, window: int) -> nw.Expr:
    """Active users over the seats in force; above 1 where more people use it than were paid for."""
    return ratio(m.active_users(window), m.state("seats"))
