"""Logs of weekly counts, as text."""


def weeks(*counts: int, account: str = "a", apart: float = 0.0) -> str:
    """A log with so many events in each week back from the as-of date, so many days apart; the first is last week."""
    rows = [f"{account} {7 * week + 0.5 + apart * i}" for week, count in enumerate(counts) for i in range(count)]
    return "account_id ago\n" + "\n".join(rows) + "\n"


def accounts(**counts: list[int]) -> str:
    """The log of several accounts."""
    texts = [weeks(*given, account=name) for name, given in counts.items()]
    return texts[0] + "".join(text.split("\n", 1)[1] for text in texts[1:])
