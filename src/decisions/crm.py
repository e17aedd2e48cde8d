"""The list as a CRM takes it: its own field names, one row an account, ready to be upserted."""

from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import Field, StringConstraints

from leadline.problem import Problem
from leadline.settings import Settings, read_yaml, validated

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")]


class Crm(Settings):
    """Fields of a CRM and the column of ours each takes; `empty` is how it writes that a value is unknown."""

    empty: str = ""
    fields: dict[str, str] = Field(min_length=1)


class Crms(Settings):
    """The CRMs a team keeps, by name."""

    crms: dict[Name, Crm]


def read_crms(file: Path) -> dict[str, Crm]:
    """Read which fields of which CRM take which column of the list."""
    return validated(Crms, {"crms": read_yaml(file, "CRM fields")}, file).crms


def crm_columns(listed: pd.DataFrame, context: pd.DataFrame, currency: str) -> pd.DataFrame:
    """The columns a CRM may take, of the listed accounts a person is to talk to; those held out are not among them.

    `listed` is the list with the words of its plays, `context` of the same date.
    """
    work = listed[listed["arm"] == "treat"]
    more = context[["account_id", "segment", "term_end", "due_for_renewal"]]
    return work.merge(more, on="account_id", how="left").assign(listed=True, currency=currency)


def crm_rows(columns: pd.DataFrame, crm: Crm, where: str) -> pd.DataFrame:
    """The rows of one CRM, in the order of its fields: dates as 2024-12-23, true and false, all else as it is.

    A Problem names the field whose column there is not; `where` says which file and CRM it stands in.
    """
    for field, column in crm.fields.items():
        if column not in columns:
            raise Problem(
                f"{where}: field {field} takes the column '{column}', and the list has none of that name; choose among "
                f"{', '.join(sorted(map(str, columns)))}."
            )
    return pd.DataFrame({field: _as_text(columns[column]) for field, column in crm.fields.items()}, columns.index)


def _as_text(values: pd.Series) -> pd.Series:
    """Dates and booleans as CRMs read them, empty text as unknown."""
    if pd.api.types.is_datetime64_any_dtype(values):
        return values.dt.strftime("%Y-%m-%d").astype("str")
    if pd.api.types.is_bool_dtype(values):
        return values.map({True: "true", False: "false"}).astype("str")
    return values.mask(values.eq("")) if pd.api.types.is_string_dtype(values) else values
