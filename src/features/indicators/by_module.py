"""Product level: the use of each of the product's top modules, as the source names them."""

from functools import partial

import narwhals as nw

from leadline.features.indicator import indicator
from leadline.features.measures import Measures
from leadline.features.series import against_12_weeks


@indicator(
    level="product",
    family="modules",
    unit="count",
    windows=(28,),
    direction=-1,
    empty=0,
    per_module=True,
    en="{value} actions in {module} in the last {window} days, against {before} four weeks earlier",
    zh="近 {window} 天在 {module} 模块操作 {value} 次，四周前为 {before} 次",
)
def module_events(m: Measures, window: int, module: str) -> nw.Expr:
    """Actions in one module in the window."""
    return m.module_events(module, window)


@indicator(
    level="product",
    family="modules",
    unit="change",
    direction=-1,
    per_module=True,
    en="actions in {module} in the last 4 weeks are {value} on the 12 weeks before ({before} four weeks earlier)",
    zh="近 4 周 {module} 模块操作量较此前 12 周变化 {value}（四周前为 {before}）",
)
def module_trend(m: Measures, _: None, module: str) -> nw.Expr:
    """Weekly actions in one module in the last 4 weeks over those of the 12 weeks before, less one."""
    return against_12_weeks(partial(m.module_events, module))
