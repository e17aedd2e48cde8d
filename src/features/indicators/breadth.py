"""Product level: how many modules an account uses, and how evenly."""

import narwhals as nw

from leadline.features.indicator import indicator
from leadline.features.measures import FIXED, Measures, change, fixed_point, per, ratio

OFTEN = 12  # actions in 12 weeks, below which a module's fall says little


@indicator(
    level="product",
    family="breadth",
    unit="count",
    windows=(28, 84),
    direction=-1,
    empty=0,
    decline=True,
    called={"en": "modules used", "zh": "使用的模块数"},
    en="{value} modules used in the last {window} days, against {before} four weeks earlier",
    zh="近 {window} 天使用 {value} 个模块，四周前为 {before} 个",
)
def modules_used(m: Measures, window: int) -> nw.Expr:
    """Modules in which anybody did anything in the window: breadth."""
    return m.modules.count(m.module.events(window) > 0)


@indicator(
    level="product",
    family="breadth",
    unit="ratio",
    windows=(28, 84),
    direction=0,
    source="Shannon (1948), A Mathematical Theory of Communication, Bell System Technical Journal 27",
    en="in {window} days use spreads over modules by {value}, 0 being one only, against {before} four weeks earlier",
    zh="近 {window} 天用量在模块间的分散度为 {value}（0 为只用一个），四周前为 {before}",
)
def module_entropy(m: Measures, window: int) -> nw.Expr:
    """Shannon entropy (nats) of actions over modules: 0 when all is in one, log(n) when spread evenly over n.

    With n_i actions in module i and N in all: log N - sum(n_i log n_i) / N.
    """
    used = m.module.events(window)
    weighted = m.modules.sum(fixed_point(used * (nw.max_horizontal(used, nw.lit(1)) * 1.0).log())) / FIXED
    total = m.modules.sum(used)
    return nw.when(total > 0).then((nw.max_horizontal(total, nw.lit(1)) * 1.0).log() - weighted / total)


@indicator(
    level="product",
    family="breadth",
    unit="share",
    windows=(28, 84),
    direction=0,
    en="{value} of all use in the last {window} days is in one module, against {before} four weeks earlier",
    zh="近 {window} 天有 {value} 的用量集中在一个模块，四周前为 {before}",
)
def top_module_share(m: Measures, window: int) -> nw.Expr:
    """Share of the most used module in all actions that belong to a module."""
    used = m.module.events(window)
    return ratio(m.modules.max(used), m.modules.sum(used))


@indicator(
    level="product",
    family="breadth",
    unit="count",
    direction=1,
    empty=0,
    en="{value} modules used before have been left for 4 weeks ({before} four weeks earlier)",
    zh="有 {value} 个曾用模块已停用 4 周（四周前为 {before} 个）",
)
def modules_abandoned(m: Measures, _: None) -> nw.Expr:
    """Modules used in the 84 days before the last 28, and not in the last 28."""
    return m.modules.count((m.module.events(84, skip=28) > 0) & (m.module.events(28) == 0))


@indicator(
    level="product",
    family="breadth",
    unit="count",
    direction=-1,
    empty=0,
    en="{value} modules taken up in the last 4 weeks ({before} four weeks earlier)",
    zh="近 4 周新启用 {value} 个模块（四周前为 {before} 个）",
)
def modules_adopted(m: Measures, _: None) -> nw.Expr:
    """Modules used in the last 28 days, and not in the 84 days before."""
    return m.modules.count((m.module.events(84, skip=28) == 0) & (m.module.events(28) > 0))


@indicator(
    level="product",
    family="breadth",
    unit="change",
    direction=-1,
    en="the module that fell most is {value} on the 12 weeks before ({before} four weeks earlier)",
    zh="跌幅最大的模块较此前 12 周变化 {value}（四周前为 {before}）",
)
def steepest_module_fall(m: Measures, _: None) -> nw.Expr:
    """Weekly actions of the last 4 weeks over those of the 12 weeks before, less one, in the module that fell most.

    Over modules with at least 12 actions in those 12 weeks; undefined without any.
    """
    now, before = m.module.events(28), m.module.events(84, skip=28)
    return m.modules.min(nw.when(before >= OFTEN).then(change(per(now, 4), per(before, 12))))
