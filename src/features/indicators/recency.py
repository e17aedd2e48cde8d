"""Company level: how long an account has been silent, also by its own rhythm."""

import narwhals as nw

from leadline.features.indicator import indicator
from leadline.features.measures import Measures, ratio

CUSTOMER_BASE = "Schmittlein, Morrison and Colombo (1987), Counting Your Customers, Management Science 33"


def _gap(m: Measures) -> nw.Expr:
    known = m.state("days_since_first_event") - m.state("days_since_last_event")
    return ratio(known, m.state("days_of_use") - 1)


@indicator(
    level="company",
    family="recency",
    unit="days",
    direction=1,
    source="Recency in RFM: Hughes (1994), Strategic Database Marketing",
    en="nobody has used the product for {value} days, against {before} four weeks earlier",
    zh="已有 {value} 天无人使用，四周前为 {before} 天",
)
def days_since_last_event(m: Measures, _: None) -> nw.Expr:
    """Days since the last action of anybody in the account, however long ago."""
    return m.state("days_since_last_event")


@indicator(
    level="company",
    family="recency",
    unit="days",
    direction=0,
    source=f"Mean time between purchases in customer-base analysis, here between days of use: {CUSTOMER_BASE}",
    en="it usually comes back after {value} days, against {before} four weeks earlier",
    zh="通常每隔 {value} 天使用一次，四周前为 {before} 天",
)
def usual_gap(m: Measures, _: None) -> nw.Expr:
    """Days from one day of use to the next, on average over all we know of the account.

    (Last action - first action, in days) / (days of use - 1); undefined with fewer than two days of use.
    """
    return _gap(m)


@indicator(
    level="company",
    family="recency",
    unit="ratio",
    direction=1,
    source=f"Recency against the mean time between purchases, from customer-base analysis: {CUSTOMER_BASE}",
    en="silent for {value} times its usual gap between days of use, against {before} four weeks earlier",
    zh="沉默时长为其通常间隔的 {value} 倍，四周前为 {before} 倍",
)
def recency_in_gaps(m: Measures, _: None) -> nw.Expr:
    """Days since the last action in units of the account's own usual gap between days of use.

    Days since the last action / max(usual gap, 1 day); undefined with fewer than two days of use.
    """
    gaps = m.state("days_since_last_event") / nw.max_horizontal(_gap(m), nw.lit(1.0))
    return nw.when(m.state("days_of_use") > 1).then(gaps)
