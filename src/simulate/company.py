"""The accounts: who they are, what they bought and when, which modules they like."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from leadline.simulate.names import company_names, team
from leadline.simulate.settings import DAY, SimulationSettings, ids, part_of_day

MODULES = ("reports", "dashboards", "workflows", "integrations", "collaboration", "admin")
REGIONS = ("EMEA", "AMER", "APAC")
UTC_OFFSET = np.array([1, -6, 8])  # hours, one a region
SEGMENTS = ("small", "mid", "enterprise")
MONTHLY, LONG = 0, 1  # the two kinds of term: renewed every month, or rarely

_INDUSTRIES = ("manufacturing", "retail", "logistics", "finance", "health", "media", "software")
_CHANNELS = ("sales", "partner", "self_serve")
_TERMS = np.array([1, 6, 12])
_TERM_SHARES = np.array([[0.5, 0.2, 0.3], [0.25, 0.25, 0.5], [0.05, 0.2, 0.75]])  # a row for each segment
_SEATS = np.array([6, 16, 45])
_PRICE = np.array([45, 38, 30])
_MIX = np.array([0.26, 0.22, 0.18, 0.12, 0.14, 0.08])
_BASE_ODDS = np.array([-4.7, -3.4])  # of leaving at a term end with nothing amiss; monthly, long
_CHANNEL_ODDS = np.array([0.0, -0.3, 0.3])
_FRAILTY = 0.35


@dataclass(frozen=True)
class Company:
    """Accounts, one element each: contract columns in `accounts`, hidden properties beside them."""

    accounts: pd.DataFrame
    region: np.ndarray
    covered_from: np.ndarray
    term_months: np.ndarray
    kind_of_term: np.ndarray
    notice_weeks: np.ndarray  # before a term end, at which a leaver must say so; -1: no notice is asked
    odds: np.ndarray  # log-odds of leaving at a term end with nothing amiss
    seats: np.ndarray
    price: np.ndarray
    mix: np.ndarray  # accounts x modules, sums to 1
    favourite: np.ndarray  # the module it would abandon
    dormant: np.ndarray  # the module a new team would adopt

    def __len__(self) -> int:
        return len(self.accounts)


def found(settings: SimulationSettings) -> Company:
    """Draw the accounts: three in five are customers at the start, the others join as time goes by."""
    rng, n = settings.rng("company"), settings.accounts
    segment, channel = rng.choice(3, n, p=[0.5, 0.35, 0.15]), rng.choice(3, n, p=[0.5, 0.2, 0.3])
    seats = np.maximum(3, np.round(_SEATS[segment] * rng.lognormal(0, 0.5, n))).astype(np.int64)
    term = _terms(rng, segment, settings.null)
    kind = (term > 1).astype(np.int64)
    covered_from = _first_days(rng, settings)
    region = rng.choice(3, n, p=[0.4, 0.4, 0.2])
    mix, favourite, dormant = _tastes(rng, n)
    return Company(
        accounts=_table(rng, settings, segment, channel, region, seats * _PRICE[segment], covered_from),
        region=region,
        covered_from=covered_from,
        term_months=term,
        kind_of_term=kind,
        notice_weeks=np.where((kind == LONG) & (rng.random(n) < 0.7), rng.integers(3, 9, n), -1),
        odds=_BASE_ODDS[kind] + (not settings.null) * _CHANNEL_ODDS[channel] + rng.normal(0, _FRAILTY, n),
        seats=seats,
        price=np.round(_PRICE[segment] * rng.uniform(0.75, 1.0, n), 2),
        mix=mix,
        favourite=favourite,
        dormant=dormant,
    )


def _terms(rng: np.random.Generator, segment: np.ndarray, null: bool) -> np.ndarray:
    shares = _TERM_SHARES[np.ones_like(segment) if null else segment]  # size must tell nothing about leaving
    return _TERMS[(rng.random(len(segment))[:, None] > shares.cumsum(axis=1)[:, :2]).sum(axis=1)]


def _first_days(rng: np.random.Generator, settings: SimulationSettings) -> np.ndarray:
    n, days = settings.accounts, 7 * settings.weeks
    joined = np.where(rng.random(n) < 0.6, -rng.integers(0, 900, n), rng.integers(1, max(2, days - 28), n))
    day = settings.first_day + joined * DAY
    month = day.astype("datetime64[M]")
    return month.astype("datetime64[D]") + np.minimum((day - month).astype(np.int64), 27) * DAY


def _tastes(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    mix = _MIX * rng.gamma(4, 1, (n, len(MODULES)))
    favourite = mix[:, :-1].argmax(axis=1)
    dormant = mix[:, :-1].argmin(axis=1)
    mix[np.arange(n), favourite] *= 2.2
    return mix / mix.sum(axis=1, keepdims=True), favourite, dormant


def _table(
    rng: np.random.Generator,
    settings: SimulationSettings,
    segment: np.ndarray,
    channel: np.ndarray,
    region: np.ndarray,
    revenue: np.ndarray,
    covered_from: np.ndarray,
) -> pd.DataFrame:
    n = settings.accounts
    created = covered_from - rng.integers(1, 15, n) * DAY + part_of_day(rng, n)
    return pd.DataFrame(
        {
            "account_id": ids("a", n),
            "name": company_names(rng, n),
            "created_at": created.astype("datetime64[us]"),
            "segment": np.array(SEGMENTS, dtype=object)[segment],
            "industry": rng.choice(np.array(_INDUSTRIES, dtype=object), n),
            "region": np.array(REGIONS, dtype=object)[region],
            "channel": np.array(_CHANNELS, dtype=object)[channel],
            "tier": _tiers(revenue),
            "csm": rng.choice(team(n), n),
        }
    )


def _tiers(revenue: np.ndarray) -> np.ndarray:
    rank = revenue.argsort(kind="stable").argsort(kind="stable") / len(revenue)
    return np.where(rank >= 0.9, "benchmark", np.where(rank >= 0.6, "growth", "standard")).astype(object)
