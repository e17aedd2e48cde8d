"""Who was forgotten: a list of keyed hashes, and nothing else, by which a source is read without them."""
# ruff: noqa: S608

import csv
import hashlib
import os
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Literal

import pandas as pd

from leadline.features.candidate import Candidate
from leadline.features.pseudonym import FILE, VARIABLE, People
from leadline.features.scan import rows_of
from leadline.features.sql_text import literal, quoted
from leadline.problem import Problem

Kind = Literal["account", "user"]
COLUMN: dict[Kind, str] = {"account": "account_id", "user": "user_id"}
COLUMNS = ["kind", "keyed_hash", "since", "key", "files_changed", "files_removed", "mentions_left"]


@dataclass(frozen=True)
class Forgotten:
    """The list of a source, data/forgotten/SOURCE.csv: kind, keyed hash, since when, by which key, and what the last
    cleaning did."""

    root: Path
    source: str

    @property
    def file(self) -> Path:
        """Where the list is kept."""
        return self.root / "forgotten" / f"{self.source}.csv"

    @cached_property
    def people(self) -> People:
        """Whose key it is."""
        return People(self.root)

    def rows(self) -> pd.DataFrame:
        """The list, oldest first; a Problem where it was made by another key, for then nobody on it would be known."""
        if not self.file.is_file():
            return pd.DataFrame(columns=COLUMNS, dtype="str")
        found = pd.read_csv(self.file, dtype="str", keep_default_na=False)
        if set(found["key"]) - {self.people.fingerprint}:
            raise Problem(
                f"{self.file} was made by another key, so that nobody it lists would be left out; bring the key back "
                f"({VARIABLE}, or {self.root / FILE})."
            )
        return found

    @property
    def fingerprint(self) -> str:
        """What tells two lists apart; '' while nobody was forgotten."""
        hashes = sorted(self.rows()["keyed_hash"])
        return hashlib.sha256("\n".join(hashes).encode()).hexdigest()[:20] if hashes else ""

    def keyed_hash(self, kind: Kind, name: str) -> str:
        """What the list holds of an account or person, by its id as the tables have it."""
        return self.people.digest(f"{kind} {name}")

    def holds(self, kind: Kind, name: str) -> bool:
        """Whether it was forgotten."""
        return self.keyed_hash(kind, name) in set(self.rows()["keyed_hash"])

    def add(self, kind: Kind, name: str, now: datetime) -> None:
        """Put an account or person on the list, where it is not on it yet."""
        if not self.holds(kind, name):
            new = {"kind": kind, "keyed_hash": self.keyed_hash(kind, name), "since": f"{now:%FT%T.%fZ}"}
            self._write(pd.concat([self.rows(), pd.DataFrame([new])], ignore_index=True))

    def note(self, kind: Kind, name: str, **counts: int) -> None:
        """Note what the last cleaning did: files_changed, files_removed, mentions_left."""
        rows = self.rows()
        rows.loc[rows["keyed_hash"] == self.keyed_hash(kind, name), list(counts)] = [str(n) for n in counts.values()]
        self._write(rows)

    def left_out(self, candidate: Candidate) -> Candidate:
        """A table from which whoever was forgotten is excluded; ids are hashed once each, and only where there is a
        list."""
        listed = self.rows()
        if listed.empty:
            return candidate
        found = filter(None, (self._among(candidate, kind, listed) for kind in COLUMN))
        return replace(candidate, forgotten=" OR ".join(f"coalesce({condition}, false)" for condition in found))

    def _among(self, candidate: Candidate, kind: Kind, listed: pd.DataFrame) -> str:
        """SQL that is true of the rows of everyone of a kind who was forgotten; '' where the table tells of none."""
        hashes, column = set(listed.loc[listed["kind"] == kind, "keyed_hash"]), COLUMN[kind]
        if not hashes or column not in [m.column.name for m in candidate.mapped if m.is_given]:
            return ""
        asked = f"SELECT DISTINCT {quoted(column)} FROM ({candidate.sql}) WHERE {quoted(column)} IS NOT NULL"
        names = [name for (name,) in rows_of(asked, candidate.source.where) if self.keyed_hash(kind, name) in hashes]
        return f"{quoted(column)} IN ({', '.join(map(literal, sorted(names)))})" if names else ""

    def _write(self, rows: pd.DataFrame) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        aside = self.file.with_name(f".{self.file.name}-{os.getpid()}")
        with aside.open("w", encoding="utf-8", newline="") as stream:
            table = rows.assign(key=self.people.fingerprint)[COLUMNS].fillna("")
            csv.writer(stream, lineterminator="\n").writerows([COLUMNS, *table.to_numpy().tolist()])
        aside.replace(self.file)
