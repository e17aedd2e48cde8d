"""CSV files that a spreadsheet opens without running anything in them."""

import re
import unicodedata
from hashlib import sha256
from pathlib import Path

import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
UNASSIGNED = "unassigned"
LONGEST_NAME = 60


def safe_cell(cell: object) -> object:
    """Text a spreadsheet would take for a formula gets a ' before it; anything else stays as it is."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def write_csv(frame: pd.DataFrame, file: Path, encoding: str = "utf-8", empty: str = "") -> None:
    """Write a frame as CSV: safe cells, floats to ten digits, LF line ends, `empty` where a value is missing; the same
    bytes for the same frame."""
    texts = frame.select_dtypes(include=["str", "object", "category"]).columns
    safe = frame.assign(**{name: frame[name].astype(object).map(safe_cell) for name in texts})
    safe.to_csv(file, index=False, float_format="%.10g", lineterminator="\n", encoding=encoding, na_rep=empty)


def csm_file_names(csms: list[str]) -> dict[str, str]:
    """A file name for each CSM, such as csm-anna-li.csv.

    Case, punctuation and spaces go, letters of any script stay; names that come out alike all get a hash.
    """
    return {csm: f"csm-{slug}.csv" for csm, slug in slugs_of(csms).items()}


def slugs_of(names: list[str]) -> dict[str, str]:
    """For each name one that any file system takes, and no two of which are alike (see `csm_file_names`)."""
    slugs = {name: _slug(name) for name in names}
    alike = pd.Series(slugs.values(), dtype="str").value_counts()
    return {name: slug if alike[slug] == 1 else _with_hash(slug, name) for name, slug in slugs.items()}


def write_csm_lists(listed: pd.DataFrame, sheet: pd.DataFrame, folder: Path) -> list[Path]:
    """Write each CSM's own part of a sheet, and csm-unassigned.csv for the rest; returns the files.

    `listed` says on the sheet's index whose an account is (csm) and its arm: those held out are left out, for they are
    to be left alone. A byte-order mark lets Excel read any script.
    """
    work = listed[listed["arm"] == "treat"]
    owner = work["csm"].fillna("")
    names = csm_file_names(sorted(owner.unique()))
    for csm, name in names.items():
        write_csv(sheet.loc[work.index[owner == csm]], folder / name, encoding="utf-8-sig")
    return [folder / name for name in names.values()]


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]+", "-", plain).strip("-")[:LONGEST_NAME] or UNASSIGNED


def _with_hash(slug: str, name: str) -> str:
    return f"{slug}-{sha256(name.encode()).hexdigest()[:8]}"
