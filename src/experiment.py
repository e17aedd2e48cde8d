"""An experiment: one question asked of one source, read from a YAML into frozen, checked settings."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from holidays import list_supported_countries
from pydantic import Field, field_validator, model_validator

from leadline.settings import Inside, Settings, known_zone, read_yaml, validated

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Calendar(Settings):
    """When scores speak: the as-of dates to train on, and those to test on."""

    timezone: str = "UTC"
    week_start: Literal["monday", "sunday", "saturday"] = "monday"
    every: Literal["week", "four weeks", "month", "quarter"] = "four weeks"
    test_every: Literal["week", "four weeks", "month", "quarter"] = "month"
    first: date | None = None
    first_test: date | None = None
    holidays: tuple[str, ...] = ()

    @field_validator("holidays")
    @classmethod
    def _known_countries(cls, countries: tuple[str, ...]) -> tuple[str, ...]:
        if strangers := sorted(set(countries) - set(list_supported_countries())):
            raise ValueError(f"'{strangers[0]}' is no country with known public holidays; write codes such as US or DE")
        return countries

    _known_zone = field_validator("timezone")(known_zone)


class Outcomes(Settings):
    """What counts as churn, expansion and contraction, how long there is to act, and how long we look.

    The renewal view asks only of accounts whose term ends inside the outcome window, `lead_days` or more ahead; with a
    horizon of one step of the calendar, each term end is asked of once.
    """

    mode: Literal["contract", "activity"]
    view: Literal["all", "renewal"] = "all"
    lead_days: int = Field(14, ge=0)
    horizon_days: int = Field(90, gt=0)
    grace_days: int = Field(30, ge=0)
    expansion_ratio: float = Field(1.1, gt=1)
    contraction_ratio: float = Field(0.9, gt=0, lt=1)
    active_days_before: int = Field(180, gt=0)
    min_events_before: int = Field(5, gt=0)

    @model_validator(mode="after")
    def _terms_to_renew(self) -> "Outcomes":
        if self.view == "renewal" and self.mode != "contract":
            raise ValueError("view: renewal needs mode: contract, for only contracts have a term that ends")
        return self

    @property
    def window_days(self) -> int:
        """Days from the as-of date to the end of the outcome window."""
        return self.lead_days + self.horizon_days

    @property
    def settled_days(self) -> int:
        """Days from the as-of date until the outcome can be observed."""
        return self.window_days + self.grace_days


class Models(Settings):
    """Of which outcomes a model is fitted, how, and when the plain rule is used in its place."""

    outcomes: tuple[Literal["churn", "expansion", "contraction"], ...] = ("churn", "expansion")
    few_outcomes: int = Field(50, ge=1)
    bootstrap: int = Field(200, ge=0)
    trees: int = Field(300, ge=1)
    trials: int = Field(12, ge=0)

    @field_validator("outcomes")
    @classmethod
    def _churn_among_them(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if "churn" not in names or len(set(names)) < len(names):
            raise ValueError("name churn, which scores and lists need, and each outcome once")
        return names


class Capacity(Settings):
    """How many accounts the team can follow: so many CSMs, so many accounts each, unless said otherwise by name.

    `tiers`: shares of a week's places kept for a tier first. `open_days`: how long an intervention that nobody closed
    takes up a place.
    """

    csms: int = Field(3, ge=0)
    accounts_each: int = Field(10, ge=0)
    by_csm: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    tiers: dict[str, Annotated[float, Field(gt=0, le=1)]] = Field(default_factory=dict)
    open_days: int = Field(56, gt=0)

    @model_validator(mode="after")
    def _no_more_than_there_are(self) -> "Capacity":
        if len(self.by_csm) > self.csms:
            raise ValueError(f"by_csm names {len(self.by_csm)} CSMs, and csms says there are {self.csms}")
        if sum(self.tiers.values()) > 1 + 1e-9:
            raise ValueError("the shares in tiers add up to more than 1")
        return self

    @property
    def total(self) -> int:
        """Accounts at a time: the numbers in by_csm, and accounts_each for every CSM of `csms` not named there."""
        return sum(self.by_csm.values()) + (self.csms - len(self.by_csm)) * self.accounts_each

    def of(self, csm: str) -> int:
        """Accounts one CSM can follow at a time."""
        return self.by_csm.get(csm, self.accounts_each)


class Following(Settings):
    """For how long an account is followed once it is listed, and left in peace afterwards."""

    days: int = Field(28, ge=7)
    rest_days: int = Field(56, ge=0)


class Value(Settings):
    """What stepping in costs and what share of leavers it is assumed to save, until effects are measured."""

    save_rate: float = Field(0.2, ge=0, le=1)
    cost: float = Field(200, ge=0)
    currency: str = "USD"


class Gates(Settings):
    """What must hold before anything is published: each a limit; beyond half of it the report warns.

    `stale_days`: how long ago the log may have ended, by the clock (null: a log of the past); `silent_days`: days in a
    row without an event of a module used most days; `volume`: the least a week may be beside the usual one (and the
    most: one over it), where that has `fewest_events`; `new_actions`: share of rows with actions first seen lately;
    `missing`: rise in any column's share of missing values; `quarantine`: share of a table's rows set apart;
    `indicators`: share of columns that shifted; `scores`: PSI of the chances beside the list before.
    """

    stale_days: float | None = Field(None, gt=0)
    silent_days: float = Field(7, gt=0)
    volume: float = Field(0.3, gt=0, lt=1)
    fewest_events: int = Field(200, ge=1)
    new_actions: float = Field(0.3, gt=0)
    missing: float = Field(0.3, gt=0)
    quarantine: float = Field(0.1, gt=0)
    indicators: float = Field(0.3, gt=0)
    scores: float = Field(0.5, gt=0)


class Report(Settings):
    """What the pages may tell: people by their role and a number, or by the name that the source gives them."""

    people: Literal["roles", "names"] = "roles"


class Experiment(Settings):
    """One question asked of one source.

    `messages`: names of environment variables that hold the addresses a run tells how it went.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    question: str
    source: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")
    language: Literal["en", "zh"] = "en"
    seed: int = 7
    calendar: Calendar = Calendar()
    outcomes: Outcomes
    indicators: Literal["all"] | tuple[str, ...] = "all"
    models: Models = Models()
    capacity: Capacity = Capacity()
    following: Following = Following()
    value: Value = Value()
    gates: Gates = Gates()
    report: Report = Report()
    holdout_share: float = Field(0.0, ge=0, lt=1)
    holdout_exempt: tuple[str, ...] = ()
    plays: Inside = "plays.yaml"
    crm: Inside | None = None
    messages: tuple[str, ...] = ()
    root: Path = Path()

    @field_validator("indicators")
    @classmethod
    def _some_indicator(cls, names: str | tuple[str, ...]) -> str | tuple[str, ...]:
        if not names:
            raise ValueError("it is empty; write 'all' or at least one name")
        return names

    @field_validator("messages")
    @classmethod
    def _no_secrets(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if not all(VARIABLE.fullmatch(name) for name in names):
            raise ValueError("write names of environment variables such as SLACK_URL, and the addresses into those")
        return names

    @property
    def source_file(self) -> Path:
        """The YAML that says where the source lies."""
        return self.root / "data" / f"{self.source}.yaml"

    @property
    def plays_file(self) -> Path:
        """The YAML of the team's plays."""
        return self.root / "experiments" / self.plays

    @property
    def crm_file(self) -> Path | None:
        """The YAML of the CRMs' fields; None where no files for a CRM are asked for."""
        return self.root / "experiments" / self.crm if self.crm else None

    @property
    def published(self) -> Path:
        """The folder under which each as-of date is published."""
        return self.root / "data" / "published" / self.name

    @property
    def derived(self) -> Path:
        """The folder of what can be made again from the source."""
        return self.root / "data" / "derived" / self.name


def read_experiment(file: Path) -> Experiment:
    """Read an experiment; its root is the folder that holds experiments/."""
    content = read_yaml(file, "Experiment")
    return validated(Experiment, {**content, "root": file.resolve().parent.parent}, file)
