"""How each account's use of each module fell: the input to telling a product's fault from an account's own."""

import pandas as pd

from leadline.features import weekly
from leadline.features.dataset import log_of
from leadline.features.engine import DuckDBEngine
from leadline.features.measures import WindowSum
from leadline.features.sources import Tables

NOW, BEFORE = WindowSum("events", 0, 4), WindowSum("events", 4, 12)
COLUMNS = ["account_id", "module", "decline"]


def module_declines(tables: Tables, as_of: pd.Timestamp) -> pd.DataFrame:
    """Per account and module it used in the 84 days before the last 28: 1 - weekly use now / then."""
    log, engine = log_of(tables, tables.relations), DuckDBEngine()
    accounts = tables.relations["accounts"].select("account_id").df()
    grid = engine.table(weekly.with_weeks(accounts.assign(as_of=as_of)))
    try:
        events = weekly.placed(log.frames["events"], grid.select("phase").unique(), log.core, log.views)
        cells = engine.keep(weekly.module_weeks(events))
        used = engine.collect(weekly.window_sums(engine, cells, grid, ["module"], [NOW, BEFORE]))
    finally:
        engine.close()
    used = used[used[BEFORE.column] > 0]
    declined = used.assign(decline=1 - 3 * used[NOW.column] / used[BEFORE.column])
    return declined.sort_values(COLUMNS[:2], kind="stable", ignore_index=True)[COLUMNS]
