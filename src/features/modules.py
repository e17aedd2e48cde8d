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
COLUMNS = ["account_id", "as_of", "module", "events", "before", "decline"]


def module_declines(tables: Tables, dates: pd.DatetimeIndex) -> pd.DataFrame:
    """Each account's use of each module it used in the last 84 days, as of each date, in one pass.

    events: of the last 28 days. before: of the 56 days before those, per 28 days. decline = 1 - events / before,
    undefined (NaN) where that is 0. Sorted by account, date and module.
    """
    log, accounts = log_of(tables, tables.relations), tables.relations["accounts"].select("account_id").df()
    grid = accounts.merge(pd.DataFrame({"as_of": dates.as_unit("us")}), how="cross")
    placed = numbered_grid(grid)
    with closing(DuckDBEngine()) as reader:
        engine = reader.after_cells()
        events = reader.in_microseconds(log.frames["events"])
        cells = engine.take(module_cells(reader, events, phases_of(grid)))
    known = engine.table(placed[["account", "account_id", "phase"]].drop_duplicates())
    own, modules = of_accounts(engine, cells, known, "module")
    rows = member_rows(engine, own, modules, engine.table(placed), [NOW, BEFORE])
    used = engine.collect(rows.filter(nw.col(NOW.column) + nw.col(BEFORE.column) > 0)).merge(
        placed[["account", "account_id", "as_of", "date"]], on=["account", "as_of"]
    )
    used = used.assign(as_of=used["date"], events=used[NOW.column], before=used[BEFORE.column] / 2)
    declined = used.assign(decline=1 - used["events"] / used["before"].where(used["before"] > 0))
    return declined.sort_values(COLUMNS[:3], kind="stable", ignore_index=True)[COLUMNS]
