"""The logs to measure on: simulated ones, written once and read again, and the CRM log where it lies beside us."""

import os
from dataclasses import dataclass
from pathlib import Path

import yaml

from leadline.simulate.settings import SimulationSettings
from leadline.simulate.write import simulate

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("LEADLINE_SHARED_DATA", ROOT.parent / "shared" / "data"))
ACCOUNTS_A_MILLION = 40  # all sizes are the same company but for its number of customers
FEWEST_ACCOUNTS = 10
EVENTS_EACH = 905  # of an account in 104 weeks at one event a user and week, measured


@dataclass(frozen=True)
class Columns:
    """What the events file calls what every peer reads."""

    account: str = "account_id"
    user: str = "user_id"
    occurred: str = "occurred_at"
    received: str = "received_at"
    action: str = "action"


@dataclass(frozen=True)
class Log:
    """A log to measure on: its files, and the source that maps them onto the contract."""

    name: str
    source: Path
    folder: Path
    events: str
    columns: Columns = Columns()

    @property
    def path(self) -> Path:
        """The file of its events."""
        return self.folder / self.events


def log_named(size: str, work: Path) -> Log | None:
    """The log of a size: `crm`, or millions of events to simulate; None where it is not there."""
    return crm() if size == "crm" else simulated(float(size), work)


def crm() -> Log | None:
    """The CRM vendor's log: 16.4 million events; None where it does not lie beside the project."""
    folder = SHARED / "crm"
    columns = Columns(occurred="event_time", received="event_time", action="event_type_id")
    log = Log("crm", ROOT / "data" / "crm.yaml", folder, "event.parquet", columns)
    return log if log.path.is_file() else None


def simulated(millions: float, work: Path) -> Log:
    """About so many million events over two years, written to the working folder unless they are there."""
    settings = settings_for(millions)
    folder = work / "data" / f"{settings.accounts}-accounts-{settings.events_per_user_week:g}"
    if not folder.is_dir():
        unfinished = folder.with_name(f".{folder.name}.unfinished")
        simulate(unfinished, settings)
        unfinished.rename(folder)
    return Log(f"simulated {millions:g}M", ROOT / "data" / "demo.yaml", folder, "events.parquet")


def settings_for(millions: float) -> SimulationSettings:
    """A company whose two years make about so many million events."""
    accounts = max(FEWEST_ACCOUNTS, round(ACCOUNTS_A_MILLION * millions))
    each = round(1_000_000 * millions / EVENTS_EACH / accounts, 2)
    return SimulationSettings(accounts=accounts, weeks=104, events_per_user_week=each)


def source_of(log: Log) -> dict:
    """The source's YAML as a person wrote it."""
    return yaml.safe_load(log.source.read_text())
