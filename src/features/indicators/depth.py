"""Product level: how deeply an account uses what gives the product its value."""

import narwhals as nw

from leadline.features.indicator import indicator
from leadline.features.measures import Measures, ratio


@indicator(
    level="product",
    family="depth",
    unit="count",
    windows=(7, 28, 84),
    direction=-1,
    empty=0,
    decline=True,
    called={"en": "core actions", "zh": "核心动作次数"},
    en="{value} core actions in the last {window} days, against {before} four weeks earlier",
    zh="近 {window} 天核心动作 {value} 次，四周前为 {before} 次",
)
def core_actions(m: Measures, window: int) -> nw.Expr:
    """Core actions in the window: those in which the product gives its value, as the source names them."""
    return m.core(window)


@indicator(
    level="product",
    family="depth",
    unit="ratio",
    windows=(28, 84),
    direction=-1,
    en="{value} core actions a user in the last {window} days, against {before} four weeks earlier",
    zh="近 {window} 天人均核心动作 {value} 次，四周前为 {before} 次",
)
def core_per_user(m: Measures, window: int) -> nw.Expr:
    """Core actions per active user: depth."""
    return ratio(m.core(window), m.active_users(window))


@indicator(
    level="product",
    family="depth",
    unit="share",
    windows=(28, 84),
    direction=-1,
    en="in {window} days core actions are {value} of core actions and views together ({before} four weeks earlier)",
    zh="近 {window} 天核心动作占核心动作与浏览之和的 {value}（四周前为 {before}）",
)
def core_share(m: Measures, window: int) -> nw.Expr:
    """Core actions over core actions and views: seeing a page is not using it."""
    return ratio(m.core(window), m.core(window) + m.views(window))


@indicator(
    level="user",
    family="depth",
    unit="share",
    windows=(28,),
    direction=-1,
    en="{value} of the users of the last {window} days did a core action, against {before} four weeks earlier",
    zh="近 {window} 天的用户中有 {value} 做过核心动作，四周前为 {before}",
)
def core_users_share(m: Measures, window: int) -> nw.Expr:
    """Share of active users who did a core action: the others only look on."""
    return ratio(m.users.count(m.user.core(window) > 0), m.active_users(window))
