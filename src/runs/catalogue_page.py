"""The catalogue of indicators as a page: what each means, its formula, and the sentence it gives as a reason."""

from itertools import groupby

from leadline.features.catalogue import declared
from leadline.features.indicator import Indicator

LEVELS = {"company": "Company 公司", "product": "Product 产品", "user": "User 用户"}
TOWARDS = {1: "higher goes with churn", -1: "lower goes with churn", 0: "neither known beforehand"}
HEAD = """# Indicators

{count} declarations, {columns} columns without those of single modules. Made from the declarations in
`src/features/indicators/` by `make docs`; `leadline indicators` prints the same in short.

An event counts in a window of w days as of T when T - w <= occurred_at < T and received_at < T. "vs market": a twin
`NAME_vs_market` exists, the value less the median over the accounts with an event in the last 84 days. An indicator
"per module" exists once for each of the `modules` that a source's YAML names. "Undefined" is a missing value: there
was nothing to measure. Directions steer monotone constraints.
"""


def page() -> str:
    """The whole page in Markdown."""
    indicators = declared()
    columns = sum(len(i.columns()) * (2 if i.market else 1) for i in indicators if not i.per_module)
    head = HEAD.format(count=len(indicators), columns=columns)
    order = sorted(indicators, key=lambda i: (list(LEVELS).index(i.level), i.family))
    sections = [
        f"\n## {LEVELS[level]}: {family}\n\n" + "\n".join(map(_entry, members))
        for (level, family), members in groupby(order, key=lambda i: (i.level, i.family))
    ]
    return head + "".join(sections)


def _entry(indicator: Indicator) -> str:
    meaning = [" ".join(part.split()) for part in indicator.meaning.split("\n\n")]
    facts = [f"unit {indicator.unit}", _windows(indicator), _empty(indicator), TOWARDS[indicator.direction]]
    facts += ["per module"] * indicator.per_module + ["vs market"] * indicator.market
    source = [f"- Source: {indicator.source}."] if indicator.source else []
    lines = [
        f"### `{indicator.name}`\n",
        meaning[0],
        *(f"\n{part}" for part in meaning[1:]),
        f"\n- {'; '.join(facts)}",
        f"- Reason: {indicator.sentence['en']}",
        f"- 理由：{indicator.sentence['zh']}",
        *source,
    ]
    return "\n".join(lines) + "\n"


def _windows(indicator: Indicator) -> str:
    return f"windows {', '.join(map(str, indicator.windows))} days" if indicator.windows else "no window"


def _empty(indicator: Indicator) -> str:
    return "undefined without history" if indicator.empty is None else f"{indicator.empty:g} without history"
