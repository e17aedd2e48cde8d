"""Whether stepping in helped: accounts to be followed beside those left alone at random."""

from typing import Any

import pandas as pd

from leadline.effects.findings import Findings
from leadline.effects.measures import split_key
from leadline.reports.blocks import Block, Folded, Section, Table, Text
from leadline.reports.report_input import ReportInput
from leadline.reports.voice import Voice

POINTS, MONEY = ("churn",), ("arr_kept", "arr_saved", "expansion")
TITLE_MONEY, TITLE_CHURN = "arr_saved_12", "churn_12"
SHOWN_BY_SLICE = ("churn", "arr_kept")
NEVER = float("inf")
MOST_WEEKS = 260  # beyond which a number of weeks says no more than "long"


def whether_stepping_in_helped(report: ReportInput, say: Voice) -> Section | None:
    """Effects with their intervals, or why there is no number yet; None where none was asked for."""
    found = report.effects
    if found is None:
        return None
    if found.because:
        return Section("effects", say("nav.effects"), say("effects.none"), found.because, ())
    if not found.facts["proof"]:
        return without_proof(found, say)
    of_all = found.effects[found.effects["slice"] == "all"]
    latest = of_all.groupby(of_all["measure"].map(lambda key: split_key(key)[0]), sort=False)["measure"].last()
    last = of_all["measure"].isin(latest)
    blocks: list[Block | None] = [
        table(of_all[last], say) if len(of_all) else None,
        *(Text(text) for text in (*saved(of_all, say), *when(found.facts, say), *as_drawn(found.facts, say))),
        Text(by_account(found.facts["uplift"], say)),
        Folded(say("effects.earlier"), table(of_all[~last], say)) if (~last).any() else None,
        slices(found, say),
    ]
    told = tuple(block for block in blocks if block is not None)
    return Section("effects", say("nav.effects"), title(of_all, say), lead(found.facts, say), told)


def without_proof(found: Findings, say: Voice) -> Section:
    """An estimate where nobody was held out, called no proof wherever it stands."""
    facts = found.facts
    head = [say(f"effects.head.{name}") for name in ("measure", "unproven", "once", "plain", "accounts")]
    rows = [
        [
            words(row["measure"], say),
            amount(row["measure"], row["estimate"], say),
            span(row["measure"], row, say),
            amount(row["measure"], facts["naive"][row["measure"]], say),
            say("effects.counts", treat=say.count(row["n_treat"]), holdout=say.count(row["n_holdout"])),
        ]
        for _, row in found.effects.iterrows()
    ]
    contacted, compared, left_out = (say.count(facts[name]) for name in ("contacted", "compared", "left_out"))
    lead = say("effects.unproven.lead", contacted=contacted, compared=compared, left_out=left_out)
    texts = [Text(text) for text in how_far(facts, say)]
    return Section("effects", say("nav.effects"), say("effects.unproven"), lead, (Table(head, rows), *texts))


def how_far(facts: dict[str, Any], say: Voice) -> list[str]:
    """How far an estimate without a holdout may be believed: balance, E-value, placebo check."""
    unlike, covariates = say.count(facts["unlike"]), say.count(facts["covariates"])
    texts = [say("effects.balance", unlike=unlike, covariates=covariates)]
    if facts["e_value"]:
        point, limit = (say.number(facts["e_value"][name], 1) for name in ("point", "limit"))
        texts.append(say("effects.e_value", point=point, limit=limit))
    if facts["placebo"]:
        texts.append(say("effects.placebo.passed" if facts["placebo"]["passed"] else "effects.placebo.failed"))
    return texts


def title(of_all: pd.DataFrame, say: Voice) -> str:
    """What may be said by an interval that is looked at every week: one measure of 12 weeks, always the same."""
    anytime = {row["measure"]: row for _, row in of_all[of_all["method"] == "anytime"].iterrows()}
    if TITLE_MONEY in anytime:
        row = anytime[TITLE_MONEY]
        if row["low"] > 0:
            return say("effects.kept", split_key(TITLE_MONEY)[1], amount=say.money(row["estimate"]))
        return say("effects.worse" if row["high"] < 0 else "effects.open")
    if TITLE_CHURN in anytime:
        row = anytime[TITLE_CHURN]
        return say("effects.fewer" if row["high"] < 0 else "effects.worse" if row["low"] > 0 else "effects.open")
    return say("effects.open")


def lead(facts: dict[str, Any], say: Voice) -> str:
    """Who is compared with whom."""
    first, last = (say.date(facts[name]) for name in ("first", "last"))
    return say(
        "effects.lead", treat=say.count(facts["treat"]), holdout=say.count(facts["holdout"]), first=first, last=last
    )


def table(of_all: pd.DataFrame, say: Voice) -> Table:
    """Each measure with the interval for one look and that for a look every week."""
    adjusted = of_all[of_all["method"] == "adjusted"]
    anytime = {row["measure"]: row for _, row in of_all[of_all["method"] == "anytime"].iterrows()}
    rows = [
        [
            words(row["measure"], say),
            amount(row["measure"], row["estimate"], say),
            span(row["measure"], row, say),
            span(row["measure"], anytime[row["measure"]], say),
            say("effects.counts", treat=say.count(row["n_treat"]), holdout=say.count(row["n_holdout"])),
        ]
        for _, row in adjusted.iterrows()
    ]
    return Table([say(f"effects.head.{name}") for name in ("measure", "effect", "once", "weekly", "accounts")], rows)


def saved(of_all: pd.DataFrame, say: Voice) -> list[str]:
    """ARR kept by all that were treated together."""
    rows = of_all[of_all["measure"].str.startswith("arr_saved") & (of_all["method"] == "adjusted")].tail(1)
    return [
        say(
            "effects.saved",
            split_key(row["measure"])[1],
            accounts=say("accounts", row["n_treat"]),
            estimate=more_or_less(row["estimate"], say),
            low=more_or_less(row["low"], say),
            high=more_or_less(row["high"], say),
        )
        for _, row in rows.iterrows()
    ]


def more_or_less(value: float, say: Voice) -> str:
    """An amount of money with its side in words."""
    return say("effects.more" if value >= 0 else "effects.less", amount=say.money(abs(value)))


def when(facts: dict[str, Any], say: Voice) -> list[str]:
    """How long until an effect as large as the assumed save rate would show."""
    return [_when(power, say) for power in facts["power"]]


def _when(power: dict[str, Any], say: Voice) -> str:
    key, weeks = power["measure"], power["weeks"]
    asked = say(
        "effects.power",
        measure=words(key, say),
        effect=amount(key, power["effect"], say).removeprefix("+"),
        rate=say.percent(power["save_rate"]),
    )
    if power["needed"] <= power["units"]:
        return say.sentences(asked, say("effects.power.now"))
    needed = say("effects.power.needed", needed=say.count(power["needed"]))
    if weeks is None or weeks == NEVER:
        return say.sentences(asked, needed, say("effects.power.never"))
    if weeks > MOST_WEEKS:
        return say.sentences(asked, needed, say("effects.power.long"))
    return say.sentences(asked, needed, say("effects.power.weeks", weeks))


def as_drawn(facts: dict[str, Any], say: Voice) -> list[str]:
    """What went otherwise than drawn, and for whom the effect does not speak."""
    never, held, told = (say.count(facts[name]) for name in ("never_contacted", "treated_in_holdout", "told_otherwise"))
    mismatches = say("effects.mismatches", never_contacted=never, treated_in_holdout=held, told_otherwise=told)
    left_out = [say(f"effects.{name}", facts[name]) for name in ("exempt", "not_drawn") if facts[name]]
    return [mismatches, *left_out]


def by_account(uplift: dict[str, Any], say: Voice) -> str:
    """Whether effects differ from account to account."""
    fewest, needed = say.count(uplift["fewest"]), say.count(uplift["needed"])
    return say(f"effects.uplift.{uplift['verdict']}", fewest=fewest, needed=needed)


def slices(found: Findings, say: Voice) -> Folded | None:
    """The same by play, cause, tier and stage, where there are accounts enough."""
    rows = found.effects[(found.effects["slice"] != "all") & (found.effects["method"] == "adjusted")]
    rows = rows[rows["measure"].map(lambda key: split_key(key)[0] in SHOWN_BY_SLICE)]
    if rows.empty:
        return None
    head = [say(f"effects.head.{name}") for name in ("slice", "measure", "effect", "once", "accounts")]
    texts = [
        [
            part(row["slice"], say),
            words(row["measure"], say),
            amount(row["measure"], row["estimate"], say),
            span(row["measure"], row, say),
            say("effects.counts", treat=say.count(row["n_treat"]), holdout=say.count(row["n_holdout"])),
        ]
        for _, row in rows.iterrows()
    ]
    return Folded(say("effects.slices"), Table(head, texts, frozenset({0, 1})))


def part(name: str, say: Voice) -> str:
    """A slice such as stage=renewal in words."""
    kind, _, value = name.partition("=")
    return say.line(say(f"effects.slice.{kind}"), say.code(kind, value))


def words(key: Any, say: Voice) -> str:
    """A measure such as churn_12 in words."""
    name, weeks = split_key(str(key))
    return say(f"effects.measure.{name}", weeks)


def span(key: Any, row: "pd.Series[Any]", say: Voice) -> str:
    """An interval; a dash where it is open."""
    if row["high"] == NEVER:
        return say("effects.not_yet")
    if split_key(str(key))[0] in POINTS:
        ends = say("effects.span", low=say.points(row["low"]), high=say.points(row["high"]))
        return say("effects.points", points=ends)
    return say("effects.span", low=amount(key, row["low"], say), high=amount(key, row["high"], say))


def amount(key: Any, value: float, say: Voice) -> str:
    """An effect in its unit, with its sign: percentage points, money, or percent."""
    name, _ = split_key(str(key))
    if name in MONEY:
        return say.money(value) if value < 0 else f"+{say.money(value)}"
    return say("effects.points", points=say.points(value)) if name in POINTS else f"{value:+.0%}"
