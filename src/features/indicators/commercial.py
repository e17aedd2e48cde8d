"""Company level: what the account has bought, what it pays, and how that has moved."""

import narwhals as nw

from leadline.features.indicator import indicator
from leadline.features.measures import Measures, ratio


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
    en="holds {value} seats, against {before} four weeks earlier",
    zh="持有 {value} 个席位，四周前为 {before} 个",
)
def seats(m: Measures, _: None) -> nw.Expr:
    """People the contracts in force are bought for; undefined where none says."""
    return m.state("seats")


@indicator(
    level="company",
    family="commercial",
    unit="share",
    direction=0,
    en="pays {value} less than the list price, against {before} four weeks earlier",
    zh="折扣为 {value}，四周前为 {before}",
)
def discount(m: Measures, _: None) -> nw.Expr:
    """What is taken off the list price, as a share of it.

    Plain mean over the contracts in force that give one.
    """
    return m.state("discount")


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
    family="commercial",
    unit="count",
    direction=0,
    en="its contract was sold for {value} months",
    zh="合同期限为 {value} 个月",
)
def billing_months(m: Measures, _: None) -> nw.Expr:
    """Months for which the contract in force was sold; of several the longest."""
    return m.state("billing_months")


@indicator(
    level="company",
    family="commercial",
    unit="count",
    direction=-1,
    empty=0,
    en="has expanded {value} times so far ({before} four weeks earlier)",
    zh="历史上增购 {value} 次（四周前为 {before} 次）",
)
def past_expansions(m: Measures, _: None) -> nw.Expr:
    """How often its MRR has risen since it became a customer.

    Rises by more than 0.5% of the total in force from one start of a contract to the next, unless it was 0 before.
    """
    return m.state("past_expansions")


@indicator(
    level="company",
    family="commercial",
    unit="count",
    direction=1,
    empty=0,
    en="has cut back {value} times so far ({before} four weeks earlier)",
    zh="历史上缩减 {value} 次（四周前为 {before} 次）",
)
def past_contractions(m: Measures, _: None) -> nw.Expr:
    """How often its MRR has fallen while it stayed a customer.

    Falls by more than 0.5% of the total in force from one start of a contract to the next.
    """
    return m.state("past_contractions")
