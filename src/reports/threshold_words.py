"""Thresholds in words: of whom, of what, at which level."""

from leadline.reports.voice import Voice

LISTS = ("value", "p_churn")
CROSSINGS = "crossings"
OF_ALL = (CROSSINGS, "save_rate")


def peers(group: str, say: Voice) -> str:
    """A peer group such as "segment=large, stage=adoption" in words."""
    parts = [part.rpartition("=") for part in group.split(", ")]
    return say.line(*(say.label(kind or "group", name) for kind, _, name in parts))


def level(indicator: str, value: float, say: Voice) -> str:
    """A level in its indicator's own unit: money, a count of accounts, a share."""
    if indicator == CROSSINGS:
        return say.count(value)
    return say.money(value) if indicator == "value" else say.percent(value)


def indicator(column: str, say: Voice) -> str:
    """A column such as active_users_28 in words: active users, 28 days."""
    if column in (*LISTS, *OF_ALL):
        return say(f"rules.{column}")
    name, _, days = column.rpartition("_")
    if not (name and days.isdigit()):
        return column.replace("_", " ")
    return say("rules.window", int(days), name=name.replace("_", " "))
