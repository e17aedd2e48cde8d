"""Company level: what the account says of us, to us and to others."""

import narwhals as nw

from leadline.features.indicator import indicator
from leadline.features.measures import Measures

NPS = "Reichheld (2003), The One Number You Need to Grow, Harvard Business Review 81 (12)"


@indicator(
    level="company",
    family="voice",
    unit="ratio",
    direction=-1,
    source=NPS,
    en="its last NPS answer was {value} ({before} four weeks earlier)",
    zh="最近一次 NPS 评分 {value}（四周前为 {before}）",
)
def last_nps(m: Measures, _: None) -> nw.Expr:
    """The last NPS answer known (0 to 10); undefined where nobody has answered.

    Mean of several answers of the same instant.
    """
    return m.state("last_nps")


@indicator(
    level="company",
    family="voice",
    unit="flag",
    direction=0,
    empty=1,
    source=NPS,
    en="no NPS answer for a year: {value}, against {before} four weeks earlier",
    zh="近一年无人回答 NPS 调查：{value}，四周前为{before}",
)
def nps_missing(m: Measures, _: None) -> nw.Expr:
    """1 when nobody of the account has answered the NPS survey in the last 365 days, else 0."""
    return nw.when(m.state("answers_365").fill_null(0) > 0).then(nw.lit(0)).otherwise(nw.lit(1))


@indicator(
    level="company",
    family="voice",
    unit="ratio",
    direction=-1,
    en="answers to its tickets were rated {value} ({before} four weeks earlier)",
    zh="近期工单满意度 {value}（四周前为 {before}）",
)
def last_csat(m: Measures, _: None) -> nw.Expr:
    """How content the account is with the answers to its tickets (CSAT), on the source's own scale.

    Mean over the tickets closed in the last 182 days that have one.
    """
    return m.state("last_csat")


@indicator(
    level="company",
    family="voice",
    unit="count",
    direction=-1,
    empty=0,
    en="it has referred {value} others in the last year ({before} four weeks earlier)",
    zh="近一年转介绍 {value} 次（四周前为 {before} 次）",
)
def referrals(m: Measures, _: None) -> nw.Expr:
    """Customers it has referred to us in the last 365 days."""
    return m.state("referrals_365")
