"""Can you believe this model: forward tests beside the plain rules."""

import pandas as pd

from leadline.reports.blocks import Figure, Folded, Row, Section, Table, Text
from leadline.reports.calibration import calibration
from leadline.reports.came_true import came_true
from leadline.reports.comparison import comparison, told
from leadline.reports.over_time import over_time
from leadline.reports.report_input import ReportInput
from leadline.reports.track_record import track_record
from leadline.reports.voice import Voice

WHOLE = ("precision_at_capacity", "arr_captured_at_capacity", "lift_10", "auc")
DUE = ("auc", "lift_10", "precision_at_capacity")
# Told in the folded table only.
ALL = (*WHOLE, "average_precision", "brier", "ece", "calibration_slope")


def believe_churn(report: ReportInput, say: Voice) -> Section | None:
    """Is the churn model to be believed; None where it was not tested."""
    return believe(report, say, "churn")


def believe_expansion(report: ReportInput, say: Voice) -> Section | None:
    """Is the expansion model to be believed; None where it was not tested."""
    return believe(report, say, "expansion")


def believe(report: ReportInput, say: Voice, outcome: str) -> Section | None:
    """The verdict on one outcome's model, and the figures it rests on."""
    metrics = report.metrics[report.metrics["outcome"] == outcome]
    predictions = report.predictions[report.predictions["outcome"] == outcome]
    short, title, verdict = say(f"nav.{outcome}"), say(f"trust.{outcome}"), report.verdicts.get(outcome, "")
    if metrics.empty:
        untested = Section(outcome, short, title, verdict, (Text(say("trust.untested")),))
        return untested if verdict else None
    overall = figures(metrics, "all", WHOLE, say)
    checks = (calibration(predictions, say), over_time(metrics, "auc", say))
    blocks = (
        *settled(report, say, outcome),
        Row((*overall, *present(*checks))),
        *among_due(metrics, say),
        every_metric(metrics, say),
    )
    lead = say.sentences(verdict, say("trust.lead") if outcome == "churn" else "")
    return Section(outcome, short, title, lead, blocks)


def settled(report: ReportInput, say: Voice, outcome: str) -> tuple[Figure | Folded, ...]:
    """What was said earlier and what came true, which is told of churn."""
    return (*present(came_true(report, say)), *track_record(report, say)) if outcome == "churn" else ()


def among_due(metrics: pd.DataFrame, say: Voice) -> tuple[Text | Row, ...]:
    """The same among accounts due for renewal, where contracts are known."""
    due = figures(metrics, "due_for_renewal", DUE, say)
    return (Text(say("trust.due")), Row(due)) if due else ()


def figures(metrics: pd.DataFrame, part: str, names: tuple[str, ...], say: Voice) -> tuple[Figure, ...]:
    """A comparison for each metric there is on one slice."""
    rows = metrics[metrics["slice"] == part]
    return present(*(comparison(rows, name, say) for name in names))


def present(*found: Figure | None) -> tuple[Figure, ...]:
    """The figures there are."""
    return tuple(figure for figure in found if figure is not None)


def every_metric(metrics: pd.DataFrame, say: Voice) -> Folded:
    """Every model by every metric."""
    rows = metrics[(metrics["slice"] == "all") & metrics["metric"].isin(ALL)]
    values = rows.pivot_table(index="model", columns="metric", values="value", aggfunc="first", sort=False)
    names = [name for name in ALL if name in values]
    texts = [
        [say.label("model", model), *(told(value, name, say) for name, value in zip(names, row, strict=True))]
        for model, row in zip(values.index, values[names].to_numpy(), strict=True)
    ]
    head = [say("table.model"), *(say(f"metric.{name}") for name in names)]
    return Folded(say("trust.every"), Table(head, texts))
