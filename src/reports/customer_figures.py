"""Figures of customers taken together, for a notebook: cohorts, the success path, segments that stick and grow."""

import altair as alt
import pandas as pd
from markupsafe import Markup

from leadline.features.segments import EVERYBODY
from leadline.features.success_path import LEAST, SuccessPath
from leadline.reports.explained import DOWN, INK, LABEL, PLAIN, UP, WIDTH
from leadline.reports.voice import Voice

MOST_MONTHS = 24
CELL = 30  # pixels


def cohort_figure(table: pd.DataFrame, measure: str, say: Voice) -> alt.LayerChart:
    """A heat map of one measure: a row a cohort, a column a month after the start, the share in each cell."""
    rows = table[(table["measure"] == measure) & (table["month"] <= MOST_MONTHS)]
    data = pd.DataFrame(
        {
            "cohort": [say.month(first) for first in rows["cohort"]],
            "month": rows["month"],
            "share": rows["share"],
            "said": [f"{100 * share:.0f}" if pd.notna(share) else "" for share in rows["share"]],
            "accounts": rows["accounts"],
        }
    )
    base = alt.Chart(data).encode(
        x=alt.X("month:O", title=say("cohorts.month"), axis=alt.Axis(labelAngle=0)),
        y=alt.Y("cohort:N", sort=None, title=say("cohorts.cohort")),
        tooltip=["cohort:N", "month:O", alt.Tooltip("share:Q", format=".0%"), "accounts:Q"],
    )
    scale = alt.Scale(scheme="blues", domain=[0, 1], clamp=True)
    ink = alt.when("datum.share > 0.6").then(alt.value("white")).otherwise(alt.value(INK))
    cells = base.mark_rect().encode(color=alt.Color("share:Q", scale=scale, legend=None))
    layers = alt.layer(cells, base.mark_text(fontSize=10).encode(text="said:N", color=ink))
    title = say(f"cohorts.{measure}")
    return layers.properties(title=title, width=alt.Step(CELL), height=alt.Step(20), background="white")


def numbers_figure(path: SuccessPath, say: Voice) -> alt.Chart:
    """How many points more stayed of those that reached each number, of older and newer accounts, where enough did."""
    parts = [path.older.assign(part=say("path.older")), path.newer.assign(part=say("path.newer"))]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows[["reached", "below"]].min(axis=1) >= LEAST]
    data = rows[["name", "at_least", "reached", "below", "share_reached", "share_below", "part"]].assign(
        name=[f"{say.code('path', kind)}: {name}" for kind, name in zip(rows["kind"], rows["name"], strict=True)],
        difference=100 * (rows["share_reached"] - rows["share_below"]),
    )
    percent = [alt.Tooltip(f"{name}:Q", format=".0%") for name in ("share_reached", "share_below")]
    scale = alt.Scale(scheme="redblue", domain=[-50, 50], domainMid=0, clamp=True)
    return alt.Chart(data).mark_rect().encode(
        x=alt.X("at_least:O", title=say("path.at_least"), axis=alt.Axis(labelAngle=0)),
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=LABEL)),
        color=alt.Color("difference:Q", scale=scale, title=say("path.points")),
        column=alt.Column("part:N", sort=[say("path.older"), say("path.newer")], title=None),
        tooltip=["name:N", "at_least:O", "reached:Q", "below:Q", *percent],
    ).properties(title=say("path.numbers"), width=alt.Step(26), height=alt.Step(20), background="white")  # fmt: skip


def checked_figure(path: SuccessPath, say: Voice) -> alt.LayerChart:
    """The number chosen: who stayed among those that reached it and those below, older and newer, with intervals."""
    rows = path.checked
    sides = [
        pd.DataFrame(
            {
                "part": rows["part"].map(lambda part: say(f"path.{part}")),
                "side": say(f"path.{side}"),
                "share": rows[f"share_{side}"],
                "low": rows[f"{side}_low"],
                "high": rows[f"{side}_high"],
                "accounts": rows[side],
            }
        )
        for side in ("reached", "below")
    ]
    words = [say("path.reached"), say("path.below")]
    tips = [alt.Tooltip(f"{name}:Q", format=".0%") for name in ("share", "low", "high")]
    base = alt.Chart(pd.concat(sides, ignore_index=True)).encode(
        y=alt.Y("part:N", sort=[say("path.older"), say("path.newer")], title=None),
        yOffset=alt.YOffset("side:N", sort=words),
        color=alt.Color("side:N", scale=alt.Scale(domain=words, range=[DOWN, UP]),
                        legend=alt.Legend(title=None, orient="bottom")),
        tooltip=["part:N", "side:N", *tips, "accounts:Q"],
    )  # fmt: skip
    across = alt.X("low:Q", title=say("path.stayed"), axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1]))
    layers = alt.layer(
        base.mark_rule(strokeWidth=2).encode(x=across, x2="high:Q"),
        base.mark_point(filled=True, size=80).encode(x="share:Q"),
    )
    return layers.properties(title=say("path.checked"), width=WIDTH, height=alt.Step(26), background="white")


def path_sentence(path: SuccessPath, days: int, months: int, say: Voice) -> Markup:
    """What may be said of the number chosen: whether it holds on accounts it was not chosen on. HTML, escaped."""
    if path.verdict == "none":
        return say.sentences(say("path.none", days=days, months=months))
    older = path.checked[path.checked["part"] == "older"].iloc[0]
    kind = say.code("path", older["kind"])
    what = say("path.what", days=days, number=say.count(older["at_least"]), kind=kind, name=older["name"])
    reached, below = (say.percent(older[f"share_{side}"]) for side in ("reached", "below"))
    chosen = say("path.then", what=what, months=months, reached=reached, below=below)
    if path.verdict == "few":
        return say.sentences(chosen, say("path.few"))
    newer = path.checked[path.checked["part"] == "newer"].iloc[0]
    points, low, high = (say.points(newer[f"difference{end}"]) for end in ("", "_low", "_high"))
    return say.sentences(chosen, say(f"path.{path.verdict}", points=points, low=low, high=high))


def sticking_figure(table: pd.DataFrame, say: Voice) -> alt.LayerChart:
    """A dot for each group: stickiness across, revenue kept (where there are no contracts: growth less churn) upwards;
    the lines are those of all accounts together."""
    money = bool(table["nrr"].notna().any())
    rows = table.assign(growth=table["nrr"] if money else table["expansion_share"] - table["churn_share"])
    rows = rows.dropna(subset=["stickiness", "growth"])
    title = say("segments.nrr" if money else "segments.net")
    x = alt.X(
        "stickiness:Q", title=say("segments.stickiness"), axis=alt.Axis(format=".1%"), scale=alt.Scale(zero=False)
    )
    y = alt.Y("growth:Q", title=title, axis=alt.Axis(format=".0%"), scale=alt.Scale(zero=False))
    everybody = rows["dimension"] == EVERYBODY
    dots = alt.Chart(rows.loc[~everybody, ["dimension", "group", "accounts", "stickiness", "growth"]]).encode(
        x=x, y=y, color=alt.Color("dimension:N", legend=alt.Legend(title=None, orient="bottom")),
        tooltip=["dimension:N", "group:N", "accounts:Q", alt.Tooltip("stickiness:Q", format=".1%"),
                 alt.Tooltip("growth:Q", format=".0%")],
    )  # fmt: skip
    size = alt.Size("accounts:Q", title=say("segments.accounts"), legend=alt.Legend(orient="bottom"))
    names = dots.mark_text(align="left", dx=9, fontSize=10).encode(text="group:N")
    all_of = alt.Chart(rows.loc[everybody, ["stickiness", "growth"]])
    lines = [all_of.mark_rule(color=PLAIN, strokeDash=[3, 3]).encode(**way) for way in ({"x": x}, {"y": y})]
    layers = alt.layer(*lines, dots.mark_circle(opacity=0.7).encode(size=size), names)
    return layers.properties(title=say("segments.sticking"), width=WIDTH, height=340, background="white")


def fates_figure(table: pd.DataFrame, say: Voice) -> alt.FacetChart:
    """Share of each group that grew and that left, with 95% intervals."""
    words = {share: say(f"segments.{share}") for share in ("expansion", "churn")}
    parts = [
        table[["dimension", "group", "accounts"]].assign(
            fate=word, share=table[f"{share}_share"], low=table[f"{share}_low"], high=table[f"{share}_high"]
        )
        for share, word in words.items()
    ]
    data = pd.concat(parts, ignore_index=True).dropna(subset=["share"])
    tips = [alt.Tooltip(f"{name}:Q", format=".0%") for name in ("share", "low", "high")]
    base = alt.Chart().encode(
        y=alt.Y("group:N", sort=None, title=None, axis=alt.Axis(labelLimit=LABEL)),
        yOffset=alt.YOffset("fate:N", sort=list(words.values())),
        color=alt.Color("fate:N", scale=alt.Scale(domain=list(words.values()), range=[DOWN, UP]),
                        legend=alt.Legend(title=None, orient="bottom")),
        tooltip=["group:N", "fate:N", *tips, "accounts:Q"],
    )  # fmt: skip
    across = alt.X("low:Q", title=None, axis=alt.Axis(format=".0%"))
    layers = alt.layer(
        base.mark_rule(strokeWidth=2).encode(x=across, x2="high:Q"),
        base.mark_point(filled=True, size=60).encode(x="share:Q"),
    )
    rows = layers.properties(width=WIDTH, height=alt.Step(14)).facet(
        row=alt.Row(
            "dimension:N",
            sort=list(data["dimension"].unique()),
            title=None,
            header=alt.Header(labelAngle=0, labelAlign="left"),
        ),
        data=data,
    )
    return rows.resolve_scale(y="independent").properties(title=say("segments.fates"), background="white")
