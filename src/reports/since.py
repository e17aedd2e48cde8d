"""What changed since the list published before: who is new on it, who left it, and where the stake went."""

from leadline.reports.report_input import ReportInput, stake_of, to_call
from leadline.reports.voice import Voice


def since_last_time(report: ReportInput, say: Voice) -> str:
    """Accounts new on the list and off it, and the stake then and now; empty where no list came before."""
    if report.before is None or report.before.empty:
        return ""
    then, now = set(to_call(report.before)["account_id"]), set(report.to_talk_to()["account_id"])
    came, left = (say("accounts", len(some)) for some in (now - then, then - now))
    date = say.date(report.before["as_of"].iloc[0])
    return say.sentences(say.strong("since.list", date=date, came=came, left=left), stake_since(report, say))


def stake_since(report: ReportInput, say: Voice) -> str:
    """What was at stake then beside what is now; empty where the list before knew of none."""
    assert report.before is not None
    then = float(stake_of(report.before, report.has_money).sum())
    if not then:
        return ""
    texts = [say.stake(stake, report.has_money) for stake in (then, report.loss)]
    way = "level" if texts[0] == texts[1] else "up" if report.loss > then else "down"
    return say.strong(f"since.{way}" + ("" if report.has_money else ".count"), then=texts[0], now=texts[1])
