"""What the KPIs of the team come to, by what was known before an as-of date.

What rests on contracts ends a grace before the as-of date, for until then a renewal may still be signed late. The
quarter before is what the same rules said at its own end, so that both had as long to become known.
"""

from collections.abc import Callable

import pandas as pd

from leadline.experiment import Outcomes
from leadline.features import kpi_contracts, kpi_use
from leadline.features.kpi import KPIS, Kpi
from leadline.features.quarter import NAN, Counted, Quarter, Relations

WEEKS = 13
COLUMNS = ["kpi", "as_of", "value", "numerator", "denominator", "unit", "period_start", "period_end", "because"]
COUNTS: dict[str, Callable[[Quarter], Counted]] = {
    "accounts_due": kpi_contracts.accounts_due,
    "renewal_rate": kpi_contracts.renewal_rate,
    "renewal_rate_by_money": kpi_contracts.renewal_rate_by_money,
    "early_renewal_rate": kpi_contracts.early_renewal_rate,
    "nrr": kpi_contracts.nrr,
    "grr": kpi_contracts.grr,
    "expansion_arr": kpi_contracts.expansion_arr,
    "adoption_rate": kpi_use.adoption_rate,
    "expansion_chances": kpi_contracts.expansion_chances,
    "expansion_chances_taken": kpi_contracts.expansion_chances_taken,
    "save_rate": kpi_contracts.save_rate,
    "holdout_renewal_rate": kpi_contracts.holdout_renewal_rate,
    "growth_tier_share": kpi_use.growth_tier_share,
    "first_value_rate": kpi_use.first_value_rate,
    "referrals": kpi_use.referrals,
    "referral_revenue": kpi_use.referral_revenue,
    "nps": kpi_use.nps,
}


def two_quarters(
    relations: Relations,
    core: tuple[str, ...],
    settings: Outcomes,
    as_of: pd.Timestamp,
    expansion_listed: pd.DataFrame | None = None,
    listings: pd.DataFrame | None = None,
    weeks: int = WEEKS,
) -> pd.DataFrame:
    """The KPIs as of a date, and as of so many weeks before it (see `team_kpis`)."""
    dates = (as_of, as_of - pd.Timedelta(weeks=weeks))
    found = [team_kpis(relations, core, settings, date, expansion_listed, listings, weeks) for date in dates]
    return pd.concat(found, ignore_index=True)


def team_kpis(
    relations: Relations,
    core: tuple[str, ...],
    settings: Outcomes,
    as_of: pd.Timestamp,
    expansion_listed: pd.DataFrame | None = None,
    listings: pd.DataFrame | None = None,
    weeks: int = WEEKS,
) -> pd.DataFrame:
    """A row for each KPI: kpi, as_of, value, numerator, denominator, unit, period_start, period_end, because.

    `relations`: the source's tables; `core`: its core actions; `expansion_listed` and `listings`: see `Quarter`. What
    cannot be told is NaN, with the key of a reason in `because`. Money is ARR.
    """
    quarter = Quarter(relations, core, settings, as_of, expansion_listed, listings, weeks)
    rows = [_row(kpi, counted(kpi, quarter)) for kpi in KPIS]
    return pd.DataFrame(rows).assign(as_of=as_of)[COLUMNS]


def counted(kpi: Kpi, quarter: Quarter) -> Counted:
    """One KPI over its period; with a reason where a table it needs is absent or nothing is there to divide by."""
    absent = [table for table in kpi.needs if table not in quarter.relations]
    if absent:
        return Counted(NAN, NAN, quarter.recent, f"no_{absent[0]}")
    found = COUNTS[kpi.key](quarter)
    if kpi.of and not found.denominator and not found.because and kpi.of != "referrals":
        return Counted(NAN, 0.0, found.period, "nobody")
    return found


def _row(kpi: Kpi, found: Counted) -> dict[str, object]:
    ratio = {"share": 1, "score": 100}.get(kpi.unit)
    value = ratio * found.numerator / found.denominator if ratio and not found.because else found.numerator
    return {
        "kpi": kpi.key,
        "value": NAN if found.because else value,
        "numerator": found.numerator,
        "denominator": found.denominator,
        "unit": kpi.unit,
        "period_start": found.period.start,
        "period_end": found.period.end,
        "because": found.because,
    }
