"""A log as tables of the contract, checked and typed, so that other tools need not map it: their reading is given."""

import json
import shutil
from pathlib import Path

from bench.logs import Log
from leadline.features.dataset import first_known, with_term_end
from leadline.features.pairs import weekly_pairs
from leadline.features.sources import Tables, open_source, read_source


def contract_tables(log: Log, work: Path) -> Path:
    """A folder of Parquet files: TABLE.parquet, pairs.parquet (every account, weekly) and source.json."""
    folder = work / "data" / f"{log.folder.name}-contract"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "tables").mkdir(parents=True)
    _write(open_source(read_source(log.source), log.folder), folder)
    return folder


def _write(tables: Tables, folder: Path) -> None:
    for name, relation in tables.relations.items():
        rows = with_term_end(relation) if name == "subscriptions" else relation
        rows.write_parquet(str(folder / "tables" / f"{name}.parquet"), compression="zstd")
    weekly_pairs(tables, first_known(tables)).to_parquet(folder / "pairs.parquet")
    kinds = {"core": tables.core_actions, "views": tables.view_actions, "modules": tables.source.modules}
    (folder / "source.json").write_text(json.dumps(kinds))
