"""User level: how use is shared among people, and who comes, stays and goes."""

import math

import narwhals as nw

from leadline.features.indicator import indicator
from leadline.features.measures import FIXED, Measures, change, fixed_point, ratio

HALF_YEAR = 182
HALF_LIFE = 42  # days of silence after which a person counts half
GROWTH_ACCOUNTING = "Growth accounting (new, resurrected, churned users): Hsu (2015), Accounting for User Growth"


def _active(m: Measures) -> nw.Expr:
    return m.user.events(28) > 0


def _active_before(m: Measures) -> nw.Expr:
    return m.user.events(56, skip=28) > 0


def _by_recency(m: Measures) -> nw.Expr:
    counts = (m.user.silence() * (-math.log(2) / HALF_LIFE)).exp()
    seen = nw.when(m.user.events(HALF_YEAR) > 0).then(fixed_point(counts.fill_null(0.0))).otherwise(nw.lit(0))
    return m.users.sum(seen) / FIXED


@indicator(
    level="user",
    family="concentration",
    unit="ratio",
    windows=(28, 84),
    direction=0,
    source="Hirschman (1945) and Herfindahl (1950); U.S. Department of Justice, Horizontal Merger Guidelines",
    en="use in the last {window} days rests on few people: {value} of at most 1, against {before} four weeks earlier",
    zh="近 {window} 天用量集中于少数人：集中度 {value}（最高为 1），四周前为 {before}",
)
def user_concentration(m: Measures, window: int) -> nw.Expr:
    """Herfindahl-Hirschman index of actions over people: 1 when one does all, 1/n when n share evenly.

    Sum of squared actions per person / square of their sum.
    """
    used = m.user.events(window)
    total = m.users.sum(used)
    return ratio(m.users.sum(used * used), total * total)


@indicator(
    level="user",
    family="flow",
    unit="count",
    direction=-1,
    empty=0,
    source=GROWTH_ACCOUNTING,
    en="{value} people started in the last 4 weeks ({before} four weeks earlier)",
    zh="近 4 周新增 {value} 位用户（四周前为 {before} 位）",
)
def new_users(m: Measures, _: None) -> nw.Expr:
    """People active in the last 28 days of whom we knew nothing before them."""
    return m.users.count(_active(m) & m.user.is_new(28))


@indicator(
    level="user",
    family="flow",
    unit="count",
    direction=-1,
    empty=0,
    source=GROWTH_ACCOUNTING,
    en="{value} people came back in the last 4 weeks ({before} four weeks earlier)",
    zh="近 4 周有 {value} 位用户回归（四周前为 {before} 位）",
)
def returned_users(m: Measures, _: None) -> nw.Expr:
    """People active in the last 28 days, silent in the 84 days before, and known from earlier."""
    silent_before = m.user.events(84, skip=28) == 0
    return m.users.count(_active(m) & silent_before & ~m.user.is_new(28))


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
    return ratio(m.users.count(_active_before(m) & _active(m)), m.users.count(_active_before(m)))


@indicator(
    level="user",
    family="flow",
    unit="count",
    direction=1,
    empty=0,
    source=GROWTH_ACCOUNTING,
    en="{value} people who used it in the 8 weeks before have stopped ({before} four weeks earlier)",
    zh="此前 8 周的用户中有 {value} 位已流失（四周前为 {before} 位）",
)
def lost_users(m: Measures, _: None) -> nw.Expr:
    """People active in the 56 days before the last 28, and not since."""
    return m.users.count(_active_before(m) & (m.user.events(28) == 0))


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


@indicator(
    level="user",
    family="flow",
    unit="change",
    direction=-1,
    market=True,
    en="people with a core action in the last 4 weeks are {value} on the 4 weeks before ({before} four weeks earlier)",
    zh="近 4 周做过核心动作的用户较此前 4 周变化 {value}（四周前为 {before}）",
)
def core_users_trend(m: Measures, _: None) -> nw.Expr:
    """People with a core action in the last 28 days over those with one in the 28 days before, less one."""
    now, before = (m.users.count(m.user.core(28, skip) > 0) for skip in (0, 28))
    return change(now, before)


@indicator(
    level="user",
    family="flow",
    unit="share",
    windows=(28, 84),
    direction=1,
    en="{value} of the half year's people have been silent for {window} days, against {before} four weeks earlier",
    zh="近半年的用户中有 {value} 已沉默 {window} 天，四周前为 {before}",
)
def silent_users_share(m: Measures, window: int) -> nw.Expr:
    """Of the people active in the last 182 days, the share silent in the window."""
    seen = m.user.events(HALF_YEAR) > 0
    return ratio(m.users.count(seen & (m.user.events(window) == 0)), m.users.count(seen))


@indicator(
    level="user",
    family="flow",
    unit="share",
    direction=0,
    en="{value} of the half year's people were new to us, against {before} four weeks earlier",
    zh="近半年的用户中有 {value} 为新用户，四周前为 {before}",
)
def new_users_share(m: Measures, _: None) -> nw.Expr:
    """Of the people active in the last 182 days, the share of whom we knew nothing before them."""
    seen = m.user.events(HALF_YEAR) > 0
    return ratio(m.users.count(seen & m.user.is_new(HALF_YEAR)), m.users.count(seen))


@indicator(
    level="user",
    family="flow",
    unit="ratio",
    direction=-1,
    empty=0,
    en="its people, each counted by how lately they were here, come to {value}, against {before} four weeks earlier",
    zh="按最近使用时间折算，活跃用户约 {value} 人，四周前为 {before} 人",
)
def people_by_recency(m: Measures, _: None) -> nw.Expr:
    """People of the last 182 days, each counted by recency: one of just now as 1, half as much for every 42 days of
    silence.

    Sum over people of 2^(-days of silence / 42).
    """
    return _by_recency(m)


@indicator(
    level="user",
    family="flow",
    unit="share",
    direction=-1,
    en="{value} of the half year's people are still here by how lately they came, against {before} four weeks earlier",
    zh="按最近使用时间折算，近半年的用户仍有 {value} 在使用，四周前为 {before}",
)
def people_still_here(m: Measures, _: None) -> nw.Expr:
    """People by recency over the people of the last 182 days: 1 when all were here just now."""
    return ratio(_by_recency(m), m.active_users(HALF_YEAR))
