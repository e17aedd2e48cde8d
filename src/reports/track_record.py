"""Every published list whose outcomes are known: what it said beside what came true."""

from leadline.models.track_record import as_said
from leadline.reports.blocks import Folded, Table
from leadline.reports.report_input import ReportInput
from leadline.reports.voice import Voice

HEAD = ("list", "accounts", "expected", "interval", "actual", "auc", "auc.interval")


def track_record(report: ReportInput, say: Voice) -> tuple[Folded, ...]:
    """The lists, the newest first; nothing while none has settled."""
    if report.track_record is None or report.track_record.empty:
        return ()
    lists = report.track_record.iloc[::-1]
    head = [say(f"record.{name}") for name in HEAD]
    rows = [
        [
            say.date(row["as_of"]),
            say.count(row["accounts"]),
            say.count(round(row["expected"], 1)),
            f"{say.count(row['low'])} – {say.count(row['high'])}",
            say.count(row["actual"]),
            say.number(row["auc"]),
            f"{say.number(row['auc_low'])} – {say.number(row['auc_high'])}",
        ]
        for row in lists.to_dict("records")
    ]
    title = say("record.title", len(lists), held=say.count(int(as_said(lists).sum())))
    return (Folded(title, Table(head, rows)),)
