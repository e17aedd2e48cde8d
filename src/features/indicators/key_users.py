"""User level: the people who carry the account, by role or by what they do."""

from functools import partial

import narwhals as nw

from leadline.features.indicator import indicator
from leadline.features.measures import Measures
from leadline.features.series import against_12_weeks


def _events_of_key_users(m: Measures, window: int, skip: int = 0) -> nw.Expr:
    return m.users.sum(nw.when(m.user.is_key()).then(m.user.events(window, skip)).otherwise(nw.lit(0)))


@indicator(
    level="user",
    family="key users",
    unit="count",
    direction=-1,
    empty=0,
    en="{value} people carry its use ({before} four weeks earlier)",
    zh="关键用户共 {value} 位（四周前为 {before} 位）",
)
def key_users(m: Measures, _: None) -> nw.Expr:
    """People who carry the account: its admins, executives and champions who are still there; where it names none, the
    up to three who led in core actions, then in actions, over the 84 days before the last 28."""
    return m.users.count(m.user.is_key())


@indicator(
    level="user",
    family="key users",
    unit="count",
    direction=1,
    empty=0,
    en="{value} of its key users have been silent for 4 weeks ({before} four weeks earlier)",
    zh="有 {value} 位关键用户已沉默 4 周（四周前为 {before} 位）",
)
def silent_key_users(m: Measures, _: None) -> nw.Expr:
    """Key users who did nothing in the last 28 days."""
    return m.users.count(m.user.is_key() & (m.user.events(28) == 0))


@indicator(
    level="user",
    family="key users",
    unit="days",
    direction=1,
    en="none of its key users has done anything for {value} days, against {before} four weeks earlier",
    zh="关键用户已有 {value} 天无任何操作，四周前为 {before} 天",
)
def key_users_silence(m: Measures, _: None) -> nw.Expr:
    """Days since the last action of any key user.

    Over key users with an action in the last 112 days; undefined without such.
    """
    seen = m.user.is_key() & (m.user.events(112) > 0)
    return m.users.min(nw.when(seen).then(m.user.silence()))


@indicator(
    level="user",
    family="key users",
    unit="change",
    direction=-1,
    market=True,
    en="its key users' actions are {value} on the 12 weeks before ({before} four weeks earlier)",
    zh="关键用户操作量较此前 12 周变化 {value}（四周前为 {before}）",
)
def key_users_trend(m: Measures, _: None) -> nw.Expr:
    """Weekly actions of the key users in the last 4 weeks over those of the 12 weeks before, less one."""
    return against_12_weeks(partial(_events_of_key_users, m))


@indicator(
    level="user",
    family="key users",
    unit="count",
    direction=1,
    empty=0,
    en="{value} admins, executives or champions left in the last 12 weeks ({before} four weeks earlier)",
    zh="近 12 周有 {value} 位管理员、高管或支持者离开（四周前为 {before} 位）",
)
def key_users_departed(m: Measures, _: None) -> nw.Expr:
    """Admins, executives and champions who left in the last 84 days."""
    return m.state("departed_key_users")
