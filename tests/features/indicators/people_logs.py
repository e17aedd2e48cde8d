"""Logs of people, as text."""


def log(**people: list[float]) -> str:
    """So many days ago each person did something."""
    rows = [f"{day} {name}" for name, days in people.items() for day in days]
    return "ago user_id\n" + "\n".join(rows) + "\n"


LED = log(ann=[30, 40, 50, 60], bob=[35, 45, 55, 5], cid=[36, 46], dan=[37], eve=[1, 2])
