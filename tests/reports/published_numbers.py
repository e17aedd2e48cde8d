"""Every number a report may show, section by section, computed again from the Parquet files of a published week.

Nothing here calls a section of the report: pandas alone, and the Voice for how a number is written.
"""

from collections.abc import Callable, Iterator
from functools import reduce

import numpy as np
import pandas as pd
from published_week import Published, numbers

from leadline.features.kpi import KPIS
from leadline.reports.voice import Voice, wording

Texts = Iterator[str]


def top(p: Published, say: Voice) -> Texts:
    """The head of the page."""
    accounts, talk, total = p.accounts, p.talk, p.accounts["loss"].sum()
    then, called = p.before, set(p.before.query("listed_because != '' and arm != 'holdout'")["account_id"])
    nrr, grr, end = p.year
    yield from (str(len(some)) for some in (talk, accounts, set(talk["account_id"]) - called))
    yield str(len(called - set(talk["account_id"])))
    yield from (say.money(some) for some in (accounts["arr"].sum(), total, then["expected_loss"].sum()))
    yield from (say.percent(part) for part in (total / accounts["arr"].sum(), talk["loss"].sum() / total, nrr, grr))
    yield from (say.date(day) for day in (p.as_of, then["as_of"].iloc[0], end))
    yield from (say.percent(talk["p_churn"].iloc[0]), say.money(talk["arr"].iloc[0]), talk["driver_1_sentence"].iloc[0])
    unscored = accounts[accounts["p_churn"].isna()]
    yield from (str(len(unscored)), say.money(unscored["arr"].sum()))
    yield from map(say.money, talk["loss"])  # the lines let down
    yield str(p.experiment.outcomes.lead_days + p.experiment.outcomes.horizon_days)
    yield str(p.experiment.capacity.csms * p.experiment.capacity.accounts_each)
    yield from (str((accounts["arm"] == "holdout").sum()), "12 months", p.facts["verdict_churn"])


def the_list(p: Published, say: Voice) -> Texts:
    """The accounts to talk about."""
    average, events = p.accounts["p_churn"].mean(), p.own("usage").set_index(["account_id", "week"])["events"]
    weeks = [p.as_of - pd.Timedelta(days=7 * ago) for ago in range(26)]
    yield from ("26 weeks", str((p.accounts["arm"] == "holdout").sum()), *map(say.date, weeks))
    for row in p.talk.to_dict("records"):
        yield from (say.money(row["arr"]), say.percent(row["p_churn"]), f"{row['p_churn'] / average:.1f}×")
        yield f"{100 * row['score_change']:+.0f}"
        yield from (say.date(row["term_end"]), *(row[f"driver_{k}_sentence"] or "" for k in (1, 2, 3)))
        yield from (row["listed_because"], row["play"])
        used = [events.get((row["account_id"], week), 0) for week in weeks]
        yield from (say.number(n, 0) for n in (np.mean(used[:4]), np.mean(used[-4:]), *used))


def movers(p: Published, say: Voice) -> Texts:
    """Whose risk moved."""
    rows = p.accounts[p.accounts["score_change"].abs() >= 0.005].assign(move=lambda a: a["score_change"] * a["arr"])
    for some in (rows[rows["move"] > 0], rows[rows["move"] < 0]):
        yield from (str(len(some)), ("+" if some["move"].sum() > 0 else "−") + say.money(abs(some["move"].sum())))
    for row in rows.to_dict("records"):
        yield from (say.percent(row["p_churn"] - row["score_change"]), say.percent(row["p_churn"]))
        yield from (("+" if row["move"] > 0 else "−") + say.money(abs(row["move"])), row["change_because"])


def risk(p: Published, say: Voice) -> Texts:
    """Where the risk lies."""
    accounts = p.accounts
    yield from (str(len(accounts)), str(p.experiment.outcomes.lead_days + p.experiment.outcomes.horizon_days))
    yield str(int((accounts["loss"].cumsum() < accounts["loss"].sum() / 2).sum()) + 1)
    for row in accounts.to_dict("records"):
        yield from (say.money(row["arr"]), say.percent(row["p_churn"]), say.money(row["loss"]))
    quarter = accounts["term_end"].dt.to_period("Q").dt.start_time
    yield from (say.quarter(day) for day in quarter.dropna())
    edges = [1e4, 3e4, 1e5, 3e5, 1e6]
    yield from map(say.money, edges)
    band = pd.cut(accounts["arr"], edges, right=False).astype("str").where(accounts["band"].notna())
    for keys in (["tier"], ["stage"], ["csm"], ["segment"], [quarter], ["band", band]):
        found = accounts.groupby(keys, dropna=False)
        sums = found.agg(n=("arr", "size"), arr=("arr", "sum"), loss=("loss", "sum"), listed=("listed", "sum"))
        yield from (str(n) for n in (*sums["n"], *sums["listed"]))
        yield from (say.money(amount) for amount in (*sums["arr"], *sums["loss"]))
        yield say.percent(sums["loss"].max() / accounts["loss"].sum())


def growth(p: Published, say: Voice) -> Texts:
    """Room to grow."""
    accounts = p.accounts
    best = accounts[~accounts["listed"] & (accounts["p_churn"] <= accounts["p_churn"].median())]
    yield from (str(len(best)), f"{best['p_expand'].sum():.1f}", str(p.experiment.outcomes.window_days))
    yield from (*map(say.money, best["arr"]), *map(say.percent, best["p_expand"]))


def movement(p: Published, say: Voice) -> Texts:
    """Where ARR moved."""
    months, (nrr, grr, end) = p.own("arr_movement").sort_values("month"), p.year
    change = months["end"].iloc[-1] / months["start"].iloc[0] - 1
    yield from (str(len(months)), say.percent(abs(change)), say.percent(nrr), say.percent(grr), say.date(end))
    parts = ["start", "new", "expansion", "contraction", "churn", "end"]
    yield from (say.money(abs(amount)) for amount in months[parts].to_numpy().ravel())
    yield from map(say.month, months["month"])
    yield from ("+" + say.money(months[part].sum()) for part in parts[1:3])
    yield from ("−" + say.money(months[part].abs().sum()) for part in parts[3:5])


def outlook(p: Published, say: Voice) -> Texts:
    """What is kept."""
    nrr, grr, end = p.year
    yield from (say.percent(nrr), say.percent(grr), say.date(end), "12 months", "80%")
    for row in p.file("forecast").to_dict("records"):
        yield from (str(row["quarters"]), *(say.percent(row[name]) for name in ("estimate", "low", "high")))


def kpis(p: Published, say: Voice) -> Texts:
    """The team's quarter."""
    yield str(p.experiment.outcomes.grace_days)
    unit = {kpi.key: kpi for kpi in KPIS}
    written = {"share": say.percent, "money": say.money}
    for row in p.own("kpis").to_dict("records"):
        told = written.get(unit[row["kpi"]].unit, lambda n: say.number(n, 0))
        yield from (told(row["value"]), say.money(row["denominator"]), say.count(row["denominator"]))
        last = row["period_end"] - pd.Timedelta(days=1)
        yield from (say.date(day) for day in (row["period_start"], row["period_end"], last))
    yield from (text for kpi in KPIS for text in (kpi.name[say.language], kpi.meaning[say.language]))


def segments(p: Published, say: Voice) -> Texts:
    """Which segments stick and grow."""
    yield from ("28 days", "fewer than 10")
    parts = [f"{name}_{part}" for name in ("expansion", "churn") for part in ("share", "low", "high")]
    for row in p.own("segments").to_dict("records"):
        yield from (say.count(row["accounts"]), say.count(row["days_to_first_value"]))
        yield from (say.percent(row[name]) for name in ("stickiness", "nrr", "grr", *parts))


def effects(p: Published, say: Voice) -> Texts:
    """Whether stepping in helped."""
    facts, rows = p.trial, p.file("effects")
    yield from (say.count(facts[name]) for name in ("treat", "holdout", "exempt", "not_drawn"))
    yield from (say.count(facts[name]) for name in ("never_contacted", "treated_in_holdout", "told_otherwise"))
    yield from (*(say.date(facts[name]) for name in ("first", "last")), "4 weeks", "95%")
    yield from (say.count(facts["uplift"][name]) for name in ("fewest", "needed"))
    for power in facts["power"]:
        yield from (say.percent(power["save_rate"]), say.count(power["needed"]), say.count(power["weeks"]))
        yield from (say.points(power["effect"]).lstrip("+"), say.money(power["effect"]))
    for row in rows.to_dict("records"):
        values = [row[name] for name in ("estimate", "low", "high") if np.isfinite(row[name])]
        share = row["measure"].startswith("churn")
        yield from (say.points(x) if share else say.money(x) if x < 0 else "+" + say.money(x) for x in values)
        yield from (say.money(abs(x)) for x in values)
        yield from (say.count(row["n_treat"]), say.count(row["n_holdout"]), row["measure"].rsplit("_", 1)[1])


def churn(p: Published, say: Voice) -> Texts:
    """Can you believe this model."""
    yield from tested(p, say, "churn")
    then = p.own("predictions").query("outcome == 'churn'")
    then = then[then["as_of"] == then["as_of"].max()]
    yield say.date(then["as_of"].iloc[0])
    rank, p_of, base = then["p"].rank(pct=True), then["p"], then["base_rate"].iloc[0]
    high = (rank > 0.9) & (p_of >= 2 * base)
    medium = ~high & (rank > 2 / 3) & (p_of >= base)
    places = p.experiment.capacity.csms * p.experiment.capacity.accounts_each
    listed = then.assign(stake=p_of * then["arr"]).sort_values("stake", ascending=False).head(places)
    for part in (listed, then[high], then[medium], then[~high & ~medium]):
        chances = reduce(np.convolve, [[1 - q, q] for q in part["p"]], np.ones(1))
        low, high_end = (int((chances.cumsum() < share).sum()) for share in (0.025, 0.975))
        expected = round(part["p"].sum(), 1)
        yield from (str(len(part)), say.count(expected), str(low), str(high_end), str(part["observed"].sum()))
    settled = p.file("track_record")
    yield from (str(len(settled)), str(settled.eval("low <= actual <= high").sum()))
    for row in settled.to_dict("records"):
        yield from (say.date(row["as_of"]), say.count(round(row["expected"], 1)))
        yield from (str(row[name]) for name in ("accounts", "low", "high", "actual"))
        yield from (f"{row[name]:.2f}" for name in ("auc", "auc_low", "auc_high"))


def expansion(p: Published, say: Voice) -> Texts:
    """The other model."""
    return tested(p, say, "expansion")


def tested(p: Published, say: Voice, outcome: str) -> Texts:
    """The forward test of one outcome: its metrics, its course, its calibration."""
    metrics = p.own("metrics").query("outcome == @outcome")
    yield from (p.facts[f"verdict_{outcome}"], "95% intervals", "0.5 is chance", "1 is chance")
    days = pd.to_datetime(metrics["slice"].str.extract(r"(\d{4}-\d{2}-\d{2})$")[0])
    yield from map(say.date, days.dropna())
    ours, rule = (metrics[days.notna() & (metrics["model"] == name)]["value"] for name in ("p", "recency"))
    yield from (str(len(ours)), str((ours.to_numpy() > rule.to_numpy()).sum()))
    for row in metrics.to_dict("records"):
        share = row["metric"].endswith("at_capacity")
        digits = {"lift_10": 1, "brier": 3, "ece": 3}.get(row["metric"], 2)
        values = [row[name] for name in ("value", "low", "high") if pd.notna(row[name])]
        yield from (say.percent(x) if share else f"{x:.{digits}f}" for x in values)
        yield from (*(f"{x:.3f}" for x in values if pd.notna(days).any()), str(row["n"]), str(row["positives"]))
    said = p.own("predictions").query("outcome == @outcome").sort_values("p")
    for places in np.array_split(np.arange(len(said)), min(8, len(said) // 20) or 1):
        part = said.iloc[places]
        if len(part) >= 20:
            seen, n, z2 = part["observed"].mean(), len(part), 1.959964**2
            middle, half = seen + z2 / (2 * n), (z2 * (seen * (1 - seen) / n + z2 / (4 * n * n))) ** 0.5
            ends = [(middle + sign * half) / (1 + z2 / n) for sign in (-1, 1)]
            yield from (say.percent(abs(share)) for share in (part["p"].mean(), seen, *ends))
            yield from (str(n), str(part["observed"].sum()))


def rules(p: Published, say: Voice) -> Texts:
    """The thresholds."""
    now, then = p.file("thresholds"), pd.read_parquet(p.earlier / "thresholds.parquet")
    yield from (str(len(now)), str(now.loc[now["indicator"].isin(["value", "p_churn"]), "alerts"].sum()))
    both = now.merge(then, on=["group", "indicator"], how="left", suffixes=("", "_then"))
    yield from (str((both["enter"] != both["enter_then"]).sum()), str(1 + pd.concat([then]).nunique()["as_of"]))
    for row in pd.concat([now, then]).to_dict("records"):
        yield from (say.percent(row["enter"]), say.percent(row["exit"]), str(row["alerts"]), str(row["capacity"]))
        yield from (say.percent(row["precision"]), say.money(row["captured_arr"]), say.date(row["as_of"]))
        yield from (row["indicator"].replace("_", " "), row["group"], row["changed_because"])


def data(p: Published, say: Voice) -> Texts:
    """The data behind it."""
    yield from (say.count(int(p.facts[name])) for name in ("accounts", "users", "events"))
    yield from (say.date(p.facts["known_until"]), str(p.own("quarantined")["rows"].sum()))
    yield from map(str, p.own("quarantined")["rows"])
    yield str(len(p.file("gates")))
    for row in p.file("gates").to_dict("records"):
        written = {"freshness": lambda n: f"{n:.0f} days", "scores": say.number}.get(row["gate"], say.percent)
        yield from (written(row["value"]), written(row["limit"]), say.day(row["since"]))
    accounts = p.accounts
    yield from (str(n) for n in (accounts["p_churn"].notna().sum(), accounts["arr"].notna().sum(), len(accounts)))


def words_used(p: Published, say: Voice) -> Texts:
    """What words mean, and the versions."""
    days = p.experiment.outcomes.window_days
    yield from (say(key, days=days) for key in wording() if key.startswith("word.") and key.endswith(".means"))
    yield from p.facts.values()


SECTIONS: dict[str, Callable[[Published, Voice], Texts]] = {
    "top": top, "list": the_list, "movers": movers, "risk": risk, "growth": growth, "movement": movement,
    "outlook": outlook, "kpis": kpis, "effects": effects, "segments": segments, "churn": churn,
    "expansion": expansion, "rules": rules,
    "data": data, "words": words_used,
}  # fmt: skip


def founded(p: Published) -> dict[str, set[str]]:
    """By section, every number that the published tables speak for."""
    say = Voice(p.experiment.language, p.experiment.value.currency)
    return {name: numbers(" ; ".join(map(str, texts(p, say)))) for name, texts in SECTIONS.items()}
