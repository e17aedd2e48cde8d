"""Can you believe this model: forward tests beside the plain rules."""

import pandas as pd

from leadline.reports.blocks import Figure, Row, Section, Text
from leadline.reports.calibration import calibration
from leadline.reports.comparison import comparison
from leadline.reports.over_time import over_time
from leadline.reports.report_input import ReportInput
from leadline.reports.voice import Voice


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
    title, verdict = say(f"trust.{outcome}"), report.verdicts.get(outcome, "")
    if metrics.empty:
        return (
            Section(outcome, say(f"nav.{outcome}"), title, verdict, (Text(say("trust.untested")),))
            if verdict
            else None
        )
    overall = figures(metrics, "all", ("auc", "average_precision", "lift_10", "brier"), say)
    checks = (calibration(predictions, say), over_time(metrics, "auc", say))
    blocks = (Row((*overall, *present(*checks))), *among_due(metrics, say))
    lead = say.sentences(verdict, say("trust.lead") if outcome == "churn" else "")
    return Section(outcome, say(f"nav.{outcome}"), title, lead, blocks)


def among_due(metrics: pd.DataFrame, say: Voice) -> tuple[Text | Row, ...]:
    """The same among accounts due for renewal, where contracts are known."""
    due = figures(metrics, "due_for_renewal", ("auc", "average_precision", "lift_10"), say)
    return (Text(say("trust.due")), Row(due)) if due else ()


def figures(metrics: pd.DataFrame, part: str, names: tuple[str, ...], say: Voice) -> tuple[Figure, ...]:
    """A comparison for each metric there is on one slice."""
    rows = metrics[metrics["slice"] == part]
    return present(*(comparison(rows, name, say) for name in names))


def present(*found: Figure | None) -> tuple[Figure, ...]:
    """The figures there are."""
    return tuple(figure for figure in found if figure is not None)
