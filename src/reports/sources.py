"""What the report was made from: the data behind it, what was set aside, the versions, and the words."""

from leadline.reports.blocks import Block, Folded, Section, Table, Terms, Text
from leadline.reports.gates import gates_behind
from leadline.reports.report_input import ReportInput, known
from leadline.reports.voice import Voice, wording

COUNTED = ("accounts", "users", "events")
NOT_VERSIONS = (*COUNTED, "known_until", "quarantined")


def data_behind(report: ReportInput, say: Voice) -> Section:
    """How much data there is, how fresh it is, and what was quarantined and why."""
    blocks: list[Block] = [Table((), coverage(report, say)), *gates_behind(report.gates, say)]
    quarantined = report.facts.get("quarantined")
    if quarantined is None or quarantined.empty:
        return Section("data", say("nav.data"), say("data.clean"), say("data.lead"), (*blocks, Text(say("data.none"))))
    head = [say("table.table"), say("table.reason"), say("table.rows")]
    rows = [
        [say.line(known(row["table"]), known(row["column"])), known(row["reason"]), say.count(row["rows"])]
        for _, row in quarantined.iterrows()
    ]
    title = say("data.quarantined", int(quarantined["rows"].sum()))
    return Section("data", say("nav.data"), title, say("data.lead"), (*blocks, Table(head, rows, frozenset({0, 1}))))


def coverage(report: ReportInput, say: Voice) -> list[list[str]]:
    """Counts, freshness, and how many scored accounts have a known ARR."""
    facts, accounts = report.facts, report.scored_accounts
    counted = [[say(f"data.{name}"), say.count(facts[name])] for name in COUNTED if name in facts]
    known_until = facts.get("known_until")
    fresh = [] if known_until is None else [[say("data.known_until"), say.date(known_until)]]
    priced = say("data.of", part=say.count(accounts["arr"].notna().sum()), whole=say.count(len(accounts)))
    return [
        *counted,
        *fresh,
        [say("data.scored"), say.count(accounts["p_churn"].notna().sum())],
        [say("data.priced"), priced],
    ]


def appendix(report: ReportInput, say: Voice) -> Section:
    """The words used here, and the versions that made this page."""
    terms = tuple(
        (say(key), say(f"{key}.means", days=report.days))
        for key in wording()
        if key.startswith("word.") and key.count(".") == 1
    )
    versions = [
        [say.code("version", key), str(value)] for key, value in report.facts.items() if key not in NOT_VERSIONS
    ]
    table = Table((), versions)
    blocks = (Terms(terms), *((Folded(say("appendix.versions"), table),) if versions else ()))
    return Section("words", say("nav.words"), say("appendix.title"), "", blocks)
