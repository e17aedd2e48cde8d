"""What was said one outcome window ago, and what came true: expected leavers beside actual ones."""

import altair as alt
import pandas as pd

from leadline.models.score import bands
from leadline.models.track_record import leavers
from leadline.reports.blocks import Figure, Table
from leadline.reports.charts import ACCENT, INK, axis, drawings, names_axis, scale, ticks
from leadline.reports.report_input import ReportInput
from leadline.reports.voice import Voice

GROUPS = ("listed", "high", "medium", "low")
LEVEL = 0.95


def came_true(report: ReportInput, say: Voice) -> Figure | None:
    """Those listed then and each band of risk: leavers expected, with interval, and actual; None where none settled."""
    then = settled(report)
    if then.empty:
        return None
    rows = expected_and_actual(then)
    words = rows.assign(word=rows["group"].map(lambda group: say(f"came.{group}")))
    top, date = rows.iloc[0], say.date(then["as_of"].iloc[0])
    title = say(
        "came.title",
        int(top["accounts"]),
        date=date,
        actual=say.count(top["actual"]),
        expected=say.count(round(top["expected"], 1)),
        low=say.count(top["low"]),
        high=say.count(top["high"]),
    )
    published = report.lists is not None and report.lists["as_of"].eq(then["as_of"].iloc[0]).any()
    note = say.sentences(say("came.note"), say("came.published" if published else "came.forward"))
    charts = drawings(lambda narrow: drawn_beside(words, say, narrow), (60 + 40 * len(rows),) * 2)
    return Figure(title, note, charts, behind(words, say))


def settled(report: ReportInput) -> pd.DataFrame:
    """The churn predictions of the newest test date whose outcomes are known: band and listed (then) beside.

    Listed are those of the list published for that date; where none was, the most at stake, as many as have a place.
    """
    tests = report.predictions[report.predictions["outcome"] == "churn"].dropna(subset=["p", "observed"])
    then = tests[tests["as_of"] == tests["as_of"].max()]
    if then.empty:
        return then
    band = bands(100 * then["p"].rank(pct=True), then["p"], float(then["base_rate"].mean()))
    lists = pd.DataFrame(columns=["account_id", "as_of"]) if report.lists is None else report.lists
    published = lists.loc[lists["as_of"] == then["as_of"].iloc[0], "account_id"]
    ranked = then.assign(stake=then["p"] * (then["arr"].fillna(0) if then["arr"].notna().any() else 1))
    order = ranked.sort_values(["stake", "account_id"], ascending=[False, True], kind="stable")
    chosen = published if len(published) else order["account_id"].head(report.experiment.capacity.total)
    return then.assign(band=band, listed=then["account_id"].isin(chosen))


def expected_and_actual(then: pd.DataFrame) -> pd.DataFrame:
    """group, accounts, expected, low, high (95%), actual; a row a group that has any."""
    parts = {group: then[then["listed"] if group == "listed" else then["band"] == group] for group in GROUPS}
    rows = [
        (group, len(part), part["p"].sum(), *leavers(part["p"].to_numpy(), LEVEL), part["observed"].sum())
        for group, part in parts.items()
        if len(part)
    ]
    return pd.DataFrame(rows, columns=["group", "accounts", "expected", "low", "high", "actual"])


def drawn_beside(words: pd.DataFrame, say: Voice, narrow: bool) -> alt.LayerChart:
    """Expected as a dot with its interval, actual as an upright tick."""
    marks = ticks(0, max(words["high"].max(), words["actual"].max(), 1), 4)
    data = words[["word", "expected", "low", "high", "actual"]]
    x = alt.X("expected:Q", scale=scale(marks), axis=axis(marks, say.count, say("came.axis")))
    base = alt.Chart(data).encode(y=alt.Y("word:N", sort=None, axis=names_axis(112 if narrow else 150)))
    intervals = base.mark_rule(color=ACCENT, strokeWidth=2).encode(x=alt.X("low:Q", scale=scale(marks)), x2="high:Q")
    ours = base.mark_circle(color=ACCENT, size=90, opacity=1).encode(x=x)
    actual = alt.X("actual:Q", scale=scale(marks))
    return intervals + ours + base.mark_tick(color=INK, thickness=3, size=22, opacity=1).encode(x=actual)


def behind(words: pd.DataFrame, say: Voice) -> Table:
    """The same in numbers."""
    head = [say(key) for key in ("came.group", "table.accounts", "came.expected", "table.interval", "came.actual")]
    rows = [
        [
            row["word"],
            say.count(row["accounts"]),
            say.count(round(row["expected"], 1)),
            f"{say.count(row['low'])} – {say.count(row['high'])}",
            say.count(row["actual"]),
        ]
        for _, row in words.iterrows()
    ]
    return Table(head, rows)
