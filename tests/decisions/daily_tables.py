"""Daily volumes as literal rules: a hundred events a working day, and what changes them."""

import numpy as np
import pandas as pd

PARTS = [(module, region) for module in ("boards", "files", "search") for region in ("AMER", "EMEA", "APAC")]


def volumes(
    *changes: tuple[str, str, str, str, float],
    first: str = "2023-01-02",
    last: str = "2024-12-29",
    late: float = 0.0,
    parts: list[tuple[str | None, str | None]] = PARTS,
) -> pd.DataFrame:
    """Events of each module in each region: 400 a working day, 10 at weekends, a little more or less by turns.

    changes: first and last day, module, region ('' for all), and the share that is left. late: the share of a day's
    events that comes four days later.
    """
    day = pd.date_range(first, last, unit="us")
    rows = pd.DataFrame([(d, *part) for d in day for part in parts], columns=["day", "module", "region"])
    level = np.where(rows["day"].dt.dayofweek < 5, 400.0, 10.0) * (1 + 0.04 * (np.arange(len(rows)) * 7 % 11 - 5) / 5)
    for begins, ends, module, region, left in changes:
        hit = rows["day"].between(begins, ends) & (rows["module"].eq(module) | (module == ""))
        level = np.where(hit & (rows["region"].eq(region) | (region == "")), level * left, level)
    texts = {"module": "str", "region": "str"}
    arrivals = [(1, 1 - late), (5, late)] if late else [(1, 1.0)]
    waves = [rows.assign(known_at=rows["day"] + pd.Timedelta(days=n), events=level * share) for n, share in arrivals]
    return pd.concat(waves, ignore_index=True).astype({**texts, "events": "int64"}).query("events > 0")
