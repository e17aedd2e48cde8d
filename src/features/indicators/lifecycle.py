"""Company level: where the account stands in its life: how old, in which stage, and how far it came at its start."""

import narwhals as nw

from leadline.features.cells import flag
from leadline.features.indicator import indicator
from leadline.features.lifecycle import ONBOARDING_DAYS, SETTLING_DAYS
from leadline.features.measures import Measures

RENEWAL_DAYS = 90
MILESTONES = (  # what is reached, how much of it, and by how many days after the account was created
    ("days_of_use", 1, 7),
    ("core_ever", 1, 14),
    ("users_ever", 2, 30),
    ("modules_ever", 2, 30),
    ("days_of_use", 5, 60),
)


def _count(conditions: list[nw.Expr]) -> nw.Expr:
    return nw.sum_horizontal(*[flag(holds) for holds in conditions])


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
    unit="stage",
    direction=0,
    en="in the stage of {value}, against {before} four weeks earlier",
    zh="处于{value}，四周前为{before}",
)
def stage(m: Measures, _: None) -> nw.Expr:
    """Stage of its life: onboarding, adoption or renewal.

    1 onboarding: a customer for less than 30 days, or for less than 180 without a core action; 3 renewal: else, the
    term ends within 90 days; 2 adoption: else.
    """
    later = nw.when(m.state("days_to_term_end") <= RENEWAL_DAYS).then(nw.lit(3)).otherwise(nw.lit(2))
    tenure_days = m.state("tenure_days")
    no_value = m.state("days_to_first_core").is_null()
    onboarding = (tenure_days < SETTLING_DAYS) | (no_value & (tenure_days < ONBOARDING_DAYS))
    return nw.when(~tenure_days.is_null()).then(nw.when(onboarding).then(nw.lit(1)).otherwise(later))


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
    family="lifecycle",
    unit="days",
    direction=1,
    en="its first core action came {value} days after its start",
    zh="开始 {value} 天后才首次出现核心动作",
)
def days_to_first_value(m: Measures, _: None) -> nw.Expr:
    """Time to first value: days from the account's start to its first core action; undefined until there is one."""
    return m.state("days_to_first_core")


@indicator(
    level="company",
    family="lifecycle",
    unit="count",
    direction=-1,
    empty=0,
    en="{value} of 5 onboarding milestones reached ({before} four weeks earlier)",
    zh="5 项上线里程碑已完成 {value} 项（四周前为 {before} 项）",
)
def milestones_done(m: Measures, _: None) -> nw.Expr:
    """Onboarding milestones ever reached, out of 5: an action, a core action, a second user, a second module, 5 days
    of use."""
    return _count([m.state(name).fill_null(0) >= enough for name, enough, _ in MILESTONES])


@indicator(
    level="company",
    family="lifecycle",
    unit="count",
    direction=1,
    empty=0,
    en="{value} onboarding milestones are overdue ({before} four weeks earlier)",
    zh="有 {value} 项上线里程碑已逾期（四周前为 {before} 项）",
)
def milestones_overdue(m: Measures, _: None) -> nw.Expr:
    """Onboarding milestones not reached though they were due.

    Due after 7 days: an action; after 14: a core action; after 30: a second user, a second module; after 60: 5 days
    of use.
    """
    tenure_days = m.state("tenure_days")
    return _count([(m.state(name).fill_null(0) < enough) & (tenure_days > due) for name, enough, due in MILESTONES])
