"""`python -m bench.engines SOURCE DIR`: the whole snapshot table on Spark beside that on DuckDB, column by column."""

import argparse
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

KEYS = ["as_of", "account_id"]


def table(source: str, data: Path, folder: Path, engine: str) -> pd.DataFrame:
    """The weekly table of a source as `leadline features` writes it, everything derived anew."""
    out = folder / f"{engine}.parquet"
    leadline = Path(sys.executable).with_name("leadline")
    places = ["--data", str(data), "--out", str(out), "--kept", str(folder / "kept")]
    words = [str(leadline), "features", source, "--engine", engine, *places]
    subprocess.run(words, check=True)  # noqa: S603 - our own command
    return pd.read_parquet(out).sort_values(KEYS, kind="stable", ignore_index=True)


def differences(one: pd.DataFrame, other: pd.DataFrame) -> pd.Series:
    """The largest difference of each column, in units of the value where that is above 1; infinite where one of the two
    has a value and the other none."""
    gap = {}
    for name in one.columns.drop(KEYS):
        a, b = (frame[name].to_numpy(dtype=np.float64) for frame in (one, other))
        apart = np.abs(a - b) / np.maximum(1.0, np.abs(a))
        gap[name] = np.where(np.isnan(a) & np.isnan(b), 0.0, np.nan_to_num(apart, nan=np.inf)).max()
    return pd.Series(gap).sort_values(ascending=False, kind="stable")


def main() -> None:
    """Print how many rows and columns were compared, and the columns that differ most."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source")
    parser.add_argument("data", type=Path)
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        duck, spark = (table(given.source, given.data, Path(folder), engine) for engine in ("duckdb", "spark"))
    spark = spark[duck.columns]
    if not duck[KEYS].astype({"as_of": "datetime64[us]"}).equals(spark[KEYS].astype({"as_of": "datetime64[us]"})):
        sys.exit("The two tables hold different accounts or dates.")
    found = differences(duck, spark)
    print(f"{len(duck)} rows, {len(found)} columns; largest differences:\n{found.head(5).to_string()}")


if __name__ == "__main__":
    main()
