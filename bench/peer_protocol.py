"""`python -m bench.peer_protocol DIR`: the CRM log by the protocol of the author of its simulator, beside his figures.

His observations (account, date, whether it churned), sorted by date, are split forward in time twice
(`TimeSeriesSplit(2)`); AUC and the lift of the top tenth are taken over each split. The recipe: our indicators of those
pairs as `leadline features --pairs` writes them, and a small LightGBM on the columns named, trained as they come.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import lightgbm as lgb
import numpy as np
import pandas as pd
from rich.console import Console
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import TimeSeriesSplit

from leadline.features.catalogue import catalogue
from leadline.features.indicator import columns_of
from leadline.features.sources import read_source
from leadline.models.metrics import TENTH, top
from leadline.runs.features import of_pairs
from leadline.runs.printing import frame_table

HIS = {
    "columns": "the author's pipeline, best of 256 settings of XGBoost (two runs)",
    "AUC": "0.54 to 0.58",
    "lift": "1.3 to 1.8",
}
SOURCE = read_source(Path("data/crm.yaml"))
IN_FORCE = ("days_to_term_end", "billing_months", "mrr", "products", "seats", "discount")
ROUNDS = 150
SETTINGS = {
    "objective": "binary", "learning_rate": 0.03, "num_leaves": 7, "min_data_in_leaf": 40, "lambda_l2": 5.0,
    "feature_fraction": 0.6, "bagging_fraction": 0.8, "bagging_freq": 1, "seed": 7, "num_threads": 1,
    "deterministic": True, "verbosity": -1,
}  # fmt: skip


def observations(folder: Path) -> pd.DataFrame:
    """His rows in the order of their dates: account_id, as_of, churned."""
    rows = pd.read_parquet(folder / "observations.parquet")
    rows = rows.rename(columns={"observation_date": "as_of", "is_churn": "churned"})
    return rows.sort_values(["as_of", "account_id"], kind="stable", ignore_index=True)


def indicators(rows: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Our indicators of his pairs, in his order."""
    with TemporaryDirectory() as place:
        pairs, out = Path(place) / "pairs.parquet", Path(place) / "indicators.parquet"
        rows[["account_id", "as_of"]].to_parquet(pairs)
        of_pairs(SOURCE, out, folder, pairs)
        return pd.read_parquet(out).drop(columns=["account_id", "as_of"])


def column_sets(names: pd.Index) -> dict[str, list[str]]:
    """What the contract in force says, all that contract and calendar say, behaviour, and everything."""
    behaviour = {c.name for c in columns_of(catalogue(SOURCE.modules)) if c.indicator.behaviour}
    told = [name for name in names if name in behaviour]
    return {
        "contract in force": [name for name in IN_FORCE if name in names],
        "contract and calendar": [name for name in names if name not in behaviour],
        "behaviour": told,
        "everything": list(names),
    }


def forward(x: np.ndarray, churned: np.ndarray) -> Iterator[tuple[float, float]]:
    """AUC and lift of each forward split."""
    for train, test in TimeSeriesSplit(2).split(x):
        model = lgb.train(SETTINGS, lgb.Dataset(x[train], churned[train]), ROUNDS)
        chance = np.asarray(model.predict(x[test], num_threads=1))
        tenth = top(chance, TENTH * len(test))
        yield roc_auc_score(churned[test], chance), (tenth @ churned[test]) / tenth.sum() / churned[test].mean()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of the CRM log")
    folder = parser.parse_args().folder
    if not (folder / "observations.parquet").is_file():
        sys.exit(f"{folder} holds no observations.parquet.")
    rows = observations(folder)
    table, churned = indicators(rows, folder), rows["churned"].to_numpy(dtype=np.float64)
    lines = [HIS]
    for name, columns in column_sets(table.columns).items():
        found = list(forward(table[columns].to_numpy(dtype=np.float64), churned))
        auc, lift = (" and ".join(f"{pair[i]:.{3 - i}f}" for pair in found) for i in (0, 1))
        lines.append({"columns": f"ours: {name} ({len(columns)})", "AUC": auc, "lift": lift})
    Console().print(frame_table(pd.DataFrame(lines)))


if __name__ == "__main__":
    main()
