"""Events by week, as known at a date."""

import duckdb
import pandas as pd

from leadline.features.usage_weeks import weekly_events

AS_OF = pd.Timestamp("2024-03-04")
EVENTS = """
    SELECT account_id, occurred_at::TIMESTAMP AS occurred_at, received_at::TIMESTAMP AS received_at FROM (VALUES
    ('a', '2024-03-03 23:59', '2024-03-03 23:59'),
    ('a', '2024-02-26 00:00', '2024-02-26 00:00'),  -- the first instant of the last week
    ('a', '2024-02-25 23:59', '2024-02-26 09:00'),
    ('b', '2024-02-27 00:00', '2024-03-04 00:00'),  -- not known yet
    ('b', '2024-03-04 00:00', '2024-03-03 00:00'),  -- not of these weeks
    ('b', '2024-02-18 00:00', '2024-02-18 00:00')   -- three weeks ago
    ) AS t(account_id, occurred_at, received_at)"""


def test_weeks_are_counted_back_from_the_date() -> None:
    found = weekly_events(duckdb.sql(EVENTS), AS_OF, 2)
    assert found.to_numpy().tolist() == [
        ["a", pd.Timestamp("2024-02-26"), 1],
        ["a", pd.Timestamp("2024-03-04"), 2],
    ]
