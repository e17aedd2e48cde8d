"""The few lines the command line prints when a run is done."""

from markupsafe import escape

from leadline.reports.comparison import answer
from leadline.reports.report_input import ReportInput
from leadline.reports.voice import Voice
from leadline.reports.week import at_stake, first_account, headline


def summary(report: ReportInput) -> list[str]:
    """Plain lines: how many are listed, what is at stake, who comes first, ours beside the plain rules."""
    say = Voice(report.experiment.language, report.experiment.value.currency)
    lines = (
        headline(report, say),
        at_stake(report, say),
        first_account(report, say),
        against_rules(report, say),
    )
    return [escape(line).striptags() for line in lines if line]


def against_rules(report: ReportInput, say: Voice) -> str:
    """AUC of the churn model beside the best plain rule; empty where it was not tested."""
    metrics = report.metrics
    return answer(metrics[(metrics["outcome"] == "churn") & (metrics["slice"] == "all")], "auc", say)
