"""The KPIs of a Customer Success team, declared once: what each is called, what it means, what it needs."""

from dataclasses import dataclass
from typing import Literal

Unit = Literal["share", "money", "count", "score"]


@dataclass(frozen=True)
class Kpi:
    """One KPI: its name and meaning by language, the unit of its value, what its denominator counts (empty: it has
    none), and the contract tables it cannot do without."""

    key: str
    unit: Unit
    of: Literal["", "accounts", "arr", "referrals", "answers"]
    needs: tuple[str, ...]
    name: dict[str, str]
    meaning: dict[str, str]


CONTRACTS = ("subscriptions",)

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "accounts_due", "count", "", CONTRACTS,
        {"en": "accounts due", "zh": "到期客户数"},
        {
            "en": "Accounts whose cover, as agreed, came to a term end in the period; an account counts once, however "
            "many of its terms end.",
            "zh": "按约定，在期内有合同到期的客户数；无论到期几次，每个客户只计一次。",
        },
    ),
    Kpi(
        "renewal_rate", "share", "accounts", CONTRACTS,
        {"en": "renewal rate", "zh": "续约率"},
        {
            "en": "Share of the accounts due whose cover went on after every term end of the period, at once or within "
            "the grace.",
            "zh": "到期客户中，期内每次到期后合同都立即或在宽限期内延续的占比。",
        },
    ),
    Kpi(
        "renewal_rate_by_money", "share", "arr", CONTRACTS,
        {"en": "renewal rate by money", "zh": "金额续约率"},
        {
            "en": "Share of the ARR of the accounts due that was renewed: of each account no more than was due, so "
            "contraction counts and expansion does not.",
            "zh": "到期客户的 ARR 中得以续约的占比：每个客户至多按到期金额计，故计入缩减而不计增购。",
        },
    ),
    Kpi(
        "early_renewal_rate", "share", "accounts", CONTRACTS,
        {"en": "early renewal rate", "zh": "提前续约率"},
        {
            "en": "Share of the accounts due whose renewal was known at least 30 days before the term ended.",
            "zh": "到期客户中，至少在合同到期前 30 天已知续约的占比。",
        },
    ),
    Kpi(
        "nrr", "share", "arr", CONTRACTS,
        {"en": "NRR", "zh": "净收入留存率"},
        {
            "en": "Net revenue retention: revenue now of the accounts there were at the start, with expansion, over "
            "their revenue then; as a KPI over twelve months.",
            "zh": "Net Revenue Retention：期初已有客户的当前收入（含增购）除以其期初收入；作为团队指标时取十二个月。",
        },
    ),
    Kpi(
        "grr", "share", "arr", CONTRACTS,
        {"en": "GRR", "zh": "毛收入留存率"},
        {
            "en": "Gross revenue retention: share of the starting revenue kept, without expansion; at most 1; as a KPI "
            "over twelve months.",
            "zh": "Gross Revenue Retention：期初收入的留存占比，不含增购；至多为 1；作为团队指标时取十二个月。",
        },
    ),
    Kpi(
        "expansion_arr", "money", "arr", CONTRACTS,
        {"en": "expansion ARR", "zh": "增购 ARR"},
        {
            "en": "ARR that the accounts under contract at the period's start added by its end, those that grew only; "
            "out of their ARR at the start.",
            "zh": "期初在约客户中有增长者到期末所增加的 ARR；以期初 ARR 为基数。",
        },
    ),
    Kpi(
        "adoption_rate", "share", "accounts", ("events",),
        {"en": "adoption rate", "zh": "使用率"},
        {
            "en": "Share of the accounts under contract (in activity mode: active enough) with a core action in the "
            "last 28 days.",
            "zh": "在约客户（活跃模式下为足够活跃的客户）中，近 28 天有核心动作的占比。",
        },
    ),
    Kpi(
        "expansion_chances", "count", "", (),
        {"en": "expansion chances found", "zh": "发现的增购机会"},
        {
            "en": "Accounts that the expansion lists published in the period named, each once.",
            "zh": "期内发布的增购名单所列出的客户数，每个客户只计一次。",
        },
    ),
    Kpi(
        "expansion_chances_taken", "share", "accounts", CONTRACTS,
        {"en": "expansion chances taken", "zh": "增购机会转化率"},
        {
            "en": "Share of the expansion chances found that have grown since they were first named, by the ratio that "
            "counts as expansion; the newest have had little time.",
            "zh": "发现的增购机会中，自首次列出以来增长达到增购倍数的占比；最新列出的时间尚短。",
        },
    ),
    Kpi(
        "save_rate", "share", "accounts", CONTRACTS,
        {"en": "save rate", "zh": "挽回率"},
        {
            "en": "Share of leavers whom a play is assumed, later measured, to keep. As a KPI: share of the accounts "
            "listed and to be followed that renewed when their term then ended; no effect, but read beside the holdout "
            "renewal rate.",
            "zh": "干预动作预计（随后实测）能留住的流失客户占比。作为团队指标：上榜且属跟进组的客户在其后合同"
            "到期时续约的占比；并非效果，须与对照组续约率对照阅读。",
        },
    ),
    Kpi(
        "holdout_renewal_rate", "share", "accounts", CONTRACTS,
        {"en": "holdout renewal rate", "zh": "对照组续约率"},
        {
            "en": "Share of the accounts listed and left alone that renewed when their term then ended.",
            "zh": "上榜而留作对照的客户在其后合同到期时续约的占比。",
        },
    ),
    Kpi(
        "growth_tier_share", "share", "accounts", ("accounts",),
        {"en": "growth-tier share", "zh": "增值客户占比"},
        {
            "en": "Share of the accounts under contract (in activity mode: active enough) that are of the growth tier, "
            "by today's tier.",
            "zh": "在约客户（活跃模式下为足够活跃的客户）中，按当前分层属于增值客户的占比。",
        },
    ),
    Kpi(
        "first_value_rate", "share", "accounts", ("events",),
        {"en": "first-value rate", "zh": "首次价值达成率"},
        {
            "en": "Of the accounts created in the quarter that ended 90 days ago, the share with a core action within "
            "90 days of being created.",
            "zh": "在 90 天前结束的那个季度内创建的客户中，创建后 90 天内有核心动作的占比。",
        },
    ),
    Kpi(
        "referrals", "count", "", ("referrals",),
        {"en": "referrals made", "zh": "转介绍数"},
        {
            "en": "Referrals that customers made in the period.",
            "zh": "期内现有客户作出的转介绍数。",
        },
    ),
    Kpi(
        "referral_revenue", "money", "referrals", ("referrals",),
        {"en": "referral revenue", "zh": "转介绍收入"},
        {
            "en": "Amount that referrals won in the period brought, whenever they were made.",
            "zh": "期内成交的转介绍所带来的金额，不论何时介绍。",
        },
    ),
    Kpi(
        "nps", "score", "answers", ("surveys",),
        {"en": "NPS", "zh": "净推荐值"},
        {
            "en": "Net promoter score: answers from 0 to 10 to \"would you recommend us?\"; in a group, share of 9-10 "
            "less share of 0-6. As a KPI: in points, over the latest answer of each person in the period.",
            "zh": "Net Promoter Score：对“是否愿意推荐”的 0 至 10 分回答；就群体而言，为 9-10 分占比减去 0-6 分占比。"
            "作为团队指标：以点数计，取期内每人最近一次回答。",
        },
    ),
)  # fmt: skip
