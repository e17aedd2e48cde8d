"""The (account_id, as_of) pairs a snapshot table is asked for: from a file, or every week of a log."""

from pathlib import Path

import pandas as pd

from leadline.experiment import Calendar
from leadline.features.calendar import as_of_dates
from leadline.features.dataset import everyone
from leadline.features.sources import Tables
from leadline.problem import Problem

KEYS = ["account_id", "as_of"]


def read_pairs(file: Path) -> pd.DataFrame:
    """Read account_id and as_of from CSV or Parquet; times are taken as UTC. A Problem names what is wrong in it."""
    if not file.is_file():
        raise Problem(f"Pairs file {file} does not exist; give a CSV or Parquet file with account_id and as_of.")
    try:
        rows = pd.read_csv(file, dtype="str") if file.suffix == ".csv" else pd.read_parquet(file)
    except (ValueError, OSError) as error:
        raise Problem(f"Pairs file {file} cannot be read as CSV or Parquet: {str(error).splitlines()[0]}.") from None
    missing = [name for name in KEYS if name not in rows.columns]
    if missing:
        raise Problem(
            f"Pairs file {file} has no column {' and no column '.join(missing)}; its columns are "
            f"{', '.join(map(str, rows.columns))}. Name them account_id and as_of."
        )
    kind = "ISO8601" if _text(rows) else None
    instants = pd.to_datetime(rows["as_of"], errors="coerce", utc=True, format=kind)
    _refuse_gaps(file, rows, instants)
    as_of = instants.dt.tz_localize(None).astype("datetime64[us]")
    return pd.DataFrame({"account_id": rows["account_id"].astype("str"), "as_of": as_of})


def _text(rows: pd.DataFrame) -> bool:
    return not pd.api.types.is_datetime64_any_dtype(rows["as_of"])


def _refuse_gaps(file: Path, rows: pd.DataFrame, instants: pd.Series) -> None:
    wrong = instants.isna() | rows["account_id"].isna()
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        account, as_of = rows[KEYS].iloc[row]
        raise Problem(
            f"Pairs file {file}: {int(wrong.sum())} of {len(rows)} rows lack an account or a date, first row "
            f"{row + 1}: account_id {account}, as_of {as_of}; write dates as YYYY-MM-DD."
        )


def weekly_pairs(tables: Tables, first: pd.Timestamp) -> pd.DataFrame:
    """Every account at every week's start (Monday, UTC) of the log at which it was known."""
    dates = as_of_dates(Calendar(), first, pd.Timestamp(tables.known_until), "week")
    return everyone(tables.relations, dates)
