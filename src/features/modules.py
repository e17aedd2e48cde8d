"""How each account's use of each module fell: the input to telling a product's fault from an account's own."""

from contextlib import closing

import narwhals as nw
import pandas as pd

from leadline.features.cells import module_cells
from leadline.features.dataset import log_of
from leadline.features.engine import DuckDBEngine
from leadline.features.measures import WindowSum
from leadline.features.members import member_rows, of_accounts
from leadline.features.snapshots import numbered_grid, phases_of
from leadline.features.sources import Tables

NOW, BEFORE = WindowSum("events", 0, 4), WindowSum("events", 4, 12)
COLUMNS = ["account_id", "module", "decline"]


def module_declines(tables: Tables, as_of: pd.Timestamp) -> pd.DataFrame:
    """Per account and module it used in the 84 days before the last 28: 1 - weekly use now / then."""
    log, accounts = log_of(tables, tables.relations), tables.relations["accounts"].select("account_id").df()
    grid = accounts.assign(as_of=as_of)
    placed = numbered_grid(grid)
    with closing(DuckDBEngine()) as reader:
        engine = reader.after_cells()
        events = reader.in_microseconds(log.frames["events"])
        cells = engine.take(module_cells(reader, events, phases_of(grid)))
    own, modules = of_accounts(engine, cells, engine.table(placed[["account", "account_id", "phase"]]), "module")
    rows = member_rows(engine, own, modules, engine.table(placed), [NOW, BEFORE]).filter(nw.col(BEFORE.column) > 0)
    used = engine.collect(rows).merge(placed[["account", "account_id"]], on="account")
    declined = used.assign(decline=1 - 3 * used[NOW.column] / used[BEFORE.column])
    return declined.sort_values(COLUMNS[:2], kind="stable", ignore_index=True)[COLUMNS]
