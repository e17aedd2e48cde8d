"""User level: who in the account carries its use, and who comes and goes."""

import narwhals as nw

from leadline.features.indicator import indicator
from leadline.features.measures import Measures, change, ratio


def _between(m: Measures) -> nw.Expr:
    return m.user.events(56, skip=28)


@indicator(
    level="user",
    family="key users",
    unit="count",
    direction=1,
    empty=0,
    en="{value} of its leading users have been silent for 4 weeks ({before} four weeks earlier)",
    zh="有 {value} 位关键用户已沉默 4 周（四周前为 {before} 位）",
)
def silent_key_users(m: Measures, _: None) -> nw.Expr:
    """Key users silent for 28 days: of the three who led in core actions over the 84 days before the last 28."""
    return m.users.count(m.user.is_key() & (m.user.events(28) == 0))


@indicator(
    level="user",
    family="key users",
    unit="change",
    direction=-1,
    en="its leading users' actions are {value} on the 12 weeks before ({before} four weeks earlier)",
    zh="关键用户操作量较此前 12 周变化 {value}（四周前为 {before}）",
)
def key_users_trend(m: Measures, _: None) -> nw.Expr:
    """Weekly actions of the key users in the last 4 weeks over those of the 12 weeks before, less one."""
    nothing = nw.lit(0)
    now = m.users.sum(nw.when(m.user.is_key()).then(m.user.events(28)).otherwise(nothing))
    before = m.users.sum(nw.when(m.user.is_key()).then(m.user.events(84, skip=28)).otherwise(nothing))
    return change(now / 4, before / 12)


@indicator(
    level="user",
    family="concentration",
    unit="ratio",
    windows=(28,),
    direction=0,
    en="use is concentrated on few people (HHI {value}), against {before} four weeks earlier",
    zh="用量在人员间的集中度 HHI 为 {value}，四周前为 {before}",
)
def user_concentration(m: Measures, window: int) -> nw.Expr:
    """Herfindahl-Hirschman index of actions over people: 1 when one does all, 1/n when n share evenly."""
    used = m.user.events(window)
    total = m.users.sum(used)
    return ratio(m.users.sum(used * used), total * total)


@indicator(
    level="user",
    family="flow",
    unit="count",
    direction=-1,
    empty=0,
    en="{value} people started in the last 4 weeks ({before} four weeks earlier)",
    zh="近 4 周新增 {value} 位用户（四周前为 {before} 位）",
)
def new_users(m: Measures, _: None) -> nw.Expr:
    """People active in the last 28 days who were not in the 84 days before: new or returned."""
    return m.users.count((m.user.events(28) > 0) & (m.user.events(84, skip=28) == 0))


@indicator(
    level="user",
    family="flow",
    unit="count",
    direction=1,
    empty=0,
    en="{value} people who used it in the 8 weeks before have stopped ({before} four weeks earlier)",
    zh="此前 8 周的用户中有 {value} 位已流失（四周前为 {before} 位）",
)
def lost_users(m: Measures, _: None) -> nw.Expr:
    """People active in the 56 days before the last 28, and not since."""
    return m.users.count((_between(m) > 0) & (m.user.events(28) == 0))


@indicator(
    level="user",
    family="flow",
    unit="share",
    direction=-1,
    en="{value} of the users of the 8 weeks before are still active ({before} four weeks earlier)",
    zh="此前 8 周的用户留存 {value}（四周前为 {before}）",
)
def kept_users_share(m: Measures, _: None) -> nw.Expr:
    """Share kept: of the people active in the 56 days before the last 28, those active since."""
    kept = m.users.count((_between(m) > 0) & (m.user.events(28) > 0))
    return ratio(kept, m.users.count(_between(m) > 0))


@indicator(
    level="user",
    family="flow",
    unit="share",
    direction=-1,
    en="{value} of its people use it more than before ({before} four weeks earlier)",
    zh="{value} 的用户用量在增长（四周前为 {before}）",
)
def users_growing_share(m: Measures, _: None) -> nw.Expr:
    """Share of the people of the last 112 days whose weekly actions in the last 28 exceed their 84 days before."""
    seen = m.user.events(112) > 0
    growing = m.user.events(28) * 3 > m.user.events(84, skip=28)
    return ratio(m.users.count(seen & growing), m.users.count(seen))
