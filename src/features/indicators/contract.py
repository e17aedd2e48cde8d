"""Company level: where the account stands in its life and its contract, and what it says and pays."""

import narwhals as nw

from leadline.features.indicator import indicator
from leadline.features.measures import Measures, ratio


@indicator(
    level="company",
    family="lifecycle",
    unit="days",
    direction=0,
    en="a customer for {value} days",
    zh="成为客户 {value} 天",
)
def tenure(m: Measures, _: None) -> nw.Expr:
    """Days since the account was created."""
    return m.state("tenure_days")


@indicator(
    level="company",
    family="lifecycle",
    unit="days",
    direction=0,
    en="its term ends in {value} days",
    zh="合同期还剩 {value} 天",
)
def days_to_term_end(m: Measures, _: None) -> nw.Expr:
    """Days until the present term ends, as it was agreed."""
    return m.state("days_to_term_end")


@indicator(
    level="company",
    family="commercial",
    unit="money",
    direction=0,
    en="pays {value} a month, against {before} four weeks earlier",
    zh="每月付费 {value}，四周前为 {before}",
)
def mrr(m: Measures, _: None) -> nw.Expr:
    """Monthly recurring revenue of all products in force."""
    return m.state("mrr")


@indicator(
    level="company",
    family="commercial",
    unit="money",
    windows=(28,),
    direction=1,
    en="pays {value} a month for each active user, against {before} four weeks earlier",
    zh="每位活跃用户月费 {value}，四周前为 {before}",
)
def mrr_per_user(m: Measures, window: int) -> nw.Expr:
    """MRR over active users: the price of use as the account feels it."""
    return ratio(m.state("mrr"), m.active_users(window))


@indicator(
    level="company",
    family="commercial",
    unit="count",
    direction=0,
    en="holds {value} products",
    zh="持有 {value} 个产品",
)
def products(m: Measures, _: None) -> nw.Expr:
    """Distinct products in force: plan and add-ons."""
    return m.state("products")


@indicator(
    level="company",
    family="payment",
    unit="days",
    direction=1,
    empty=0,
    en="an invoice is {value} days overdue ({before} four weeks earlier)",
    zh="账单已逾期 {value} 天（四周前为 {before} 天）",
)
def days_overdue(m: Measures, _: None) -> nw.Expr:
    """Days the oldest unpaid invoice is past its due date."""
    return m.state("days_overdue")


@indicator(
    level="company",
    family="support",
    unit="ratio",
    direction=0,
    en="{value} tickets a user in the last 84 days, against {before} four weeks earlier",
    zh="近 84 天人均工单 {value}，四周前为 {before}",
)
def tickets_per_user(m: Measures, _: None) -> nw.Expr:
    """Tickets opened in the last 84 days per active user."""
    opened = m.state("tickets_84").fill_null(0)
    return ratio(opened, m.active_users(84))


@indicator(
    level="company",
    family="support",
    unit="count",
    direction=1,
    empty=0,
    en="{value} tickets are open ({before} four weeks earlier)",
    zh="有 {value} 个未关闭工单（四周前为 {before} 个）",
)
def open_tickets(m: Measures, _: None) -> nw.Expr:
    """Tickets opened and not yet closed."""
    return m.state("open_tickets")


@indicator(
    level="company",
    family="voice",
    unit="ratio",
    direction=-1,
    en="its last NPS answer was {value} ({before} four weeks earlier)",
    zh="最近一次 NPS 评分 {value}（四周前为 {before}）",
)
def last_nps(m: Measures, _: None) -> nw.Expr:
    """The last NPS answer known (0 to 10); undefined where nobody has answered."""
    return m.state("last_nps")
