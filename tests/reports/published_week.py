"""A published week as its files tell it, and the numbers of a text."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from leadline.experiment import Experiment

NUMBER = re.compile(r"[-+−]?(?:US)?[$¥]?\d+(?:,\d{3})*(?:\.\d+)?(?:%|[KMB]\b|[万亿])?")


def numbers(text: str) -> set[str]:
    """The number tokens of a text, with their signs, currency and units."""
    return set(NUMBER.findall(text))


@dataclass(frozen=True)
class Published:
    """A published folder, the one before it, and the settings that both were made with."""

    folder: Path
    earlier: Path
    experiment: Experiment

    @property
    def accounts(self) -> pd.DataFrame:
        """All accounts with what they are expected to cost, the most first."""
        table = pd.read_parquet(self.folder / "scored_accounts.parquet").merge(self.own("context"), how="left")
        table = table.assign(loss=table["arr"].mul(table["p_churn"]).fillna(0.0), listed=table["listed_because"] != "")
        return table.sort_values(["loss", "p_churn"], ascending=False)

    @property
    def talk(self) -> pd.DataFrame:
        """The accounts to call."""
        return self.accounts.query("listed and arm == 'treat'")

    @property
    def before(self) -> pd.DataFrame:
        """The list of the week before."""
        return pd.read_parquet(self.earlier / "scored_accounts.parquet")

    @property
    def as_of(self) -> pd.Timestamp:
        """The date it all speaks of."""
        return self.accounts["as_of"].iloc[0]

    @property
    def facts(self) -> dict[str, str]:
        """Counts, versions and verdicts as text."""
        return dict(self.own("facts").itertuples(index=False))

    def own(self, name: str) -> pd.DataFrame:
        """A frame kept for the report."""
        return pd.read_parquet(self.folder / "report" / f"{name}.parquet")

    def file(self, name: str) -> pd.DataFrame:
        """A table published for others."""
        return pd.read_parquet(self.folder / f"{name}.parquet")

    @property
    def year(self) -> tuple[float, float, pd.Timestamp]:
        """NRR, GRR and the last day of their twelve months."""
        now = self.own("kpis").query("as_of == @self.as_of").set_index("kpi")
        return now["value"]["nrr"], now["value"]["grr"], now["period_end"]["nrr"] - pd.Timedelta(days=1)

    @property
    def trial(self) -> dict[str, Any]:
        """What is known of the trial beside its effects."""
        facts: dict[str, Any] = json.loads((self.folder / "effects.json").read_text(encoding="utf-8"))
        return facts
