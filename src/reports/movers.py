"""The accounts whose risk moved most, up and down, and what the move goes with."""

import pandas as pd
from markupsafe import Markup

from leadline.reports.blocks import Section, Table, bar
from leadline.reports.growth import who
from leadline.reports.report_input import ReportInput, known
from leadline.reports.voice import Voice

EACH = 5


def what_moved(report: ReportInput, say: Voice) -> Section | None:
    """The five accounts each way whose stake moved most with their risk; None where no earlier score is known."""
    moves = moved(report)
    up, down = moves[moves["move"] > 0].head(EACH), moves[moves["move"] < 0].tail(EACH)[::-1]
    tables = [in_rows(some, way, report, say) for way, some in (("up", up), ("down", down)) if len(some)]
    if not tables:
        return None
    return Section("movers", say("nav.movers"), say("movers.title"), say("movers.lead"), tuple(tables))


def moved(report: ReportInput) -> pd.DataFrame:
    """Accounts scored both times with `move`: the change of their risk, times ARR where money is known; most up first.

    A change of less than half a point has no sentence to it and is left out.
    """
    accounts = report.by_stake()
    accounts = accounts[accounts["p_churn"].notna() & (accounts["score_change"].abs() >= 0.005)]
    move = accounts["score_change"] * (accounts["arr"].fillna(0) if report.has_money else 1)
    return accounts.assign(move=move).sort_values(["move", "account_id"], ascending=[False, True], kind="stable")


def in_rows(some: pd.DataFrame, way: str, report: ReportInput, say: Voice) -> Table:
    """Who it is and what the move goes with, the risk then and now, and by how much the stake moved."""
    head = [say(f"movers.{name}") for name in ("account", "risk", "move" if report.has_money else "points")]
    most = some["move"].abs().max()
    rows = [
        [
            Markup("{}<small>{}</small>").format(who(row, say), known(row["change_because"])),
            f"{say.percent(max(row['p_churn'] - row['score_change'], 0.0))} → {say.percent(row['p_churn'])}",
            bar(abs(row["move"]) / most, say.more(row["move"], report.has_money)),
        ]
        for _, row in some.iterrows()
    ]
    total = say.more(some["move"].sum(), True) if report.has_money else ""
    title = say(f"movers.{way}" + ("" if report.has_money else ".count"), len(some), total=total)
    return Table(head, rows, title=title)
