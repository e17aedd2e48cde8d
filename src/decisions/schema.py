"""The shape of what is published: columns, their order, types and limits."""

import warnings

import pandas as pd

from leadline.problem import Problem

with warnings.catch_warnings():
    # pandera looks at pyspark where that is installed, which warns that pandas 3 is new to it
    warnings.simplefilter("ignore", FutureWarning)
    import pandera.pandas as pa

SHARE = pa.Check.in_range(0, 1)
TIME = "datetime64[us]"


def _text(nullable: bool = True, allowed: tuple[str, ...] = ()) -> pa.Column:
    return pa.Column(str, pa.Check.isin(allowed) if allowed else None, nullable=nullable, coerce=True)


def _number(check: pa.Check | None = None) -> pa.Column:
    return pa.Column(float, check, nullable=True, coerce=True)


def _drivers() -> dict[str, pa.Column]:
    parts = {
        "indicator": _text(),
        "value": _number(),
        "change": _number(),
        "contribution": _number(),
        "sentence": _text(),
    }
    return {f"driver_{i}_{part}": column for i in (1, 2, 3) for part, column in parts.items()}


SCORED_ACCOUNTS = pa.DataFrameSchema(
    {
        "account_id": pa.Column(str, unique=True, coerce=True),
        "name": _text(),
        "as_of": pa.Column(TIME),
        "horizon_days": pa.Column("int64", pa.Check.gt(0), coerce=True),
        "p_churn": _number(SHARE),
        "p_expand": _number(SHARE),
        "percentile": _number(),
        "band": _text(),
        "arr": _number(),
        "expected_loss": _number(),
        "stage": _text(),
        "tier": _text(),
        "csm": _text(),
        "listed_because": _text(nullable=False),
        **_drivers(),
        "score_change": _number(),
        "change_because": _text(),
        "score_change_data": _number(),
        "score_change_model": _number(),
        "cause": _text(nullable=False, allowed=("business", "product", "unknown", "")),
        "play": _text(nullable=False),
        "arm": _text(nullable=False, allowed=("treat", "holdout", "")),
        "data_quality": _text(nullable=False),
        "model_version": _text(nullable=False),
    },
    strict="filter",
    ordered=True,
)

EXPANSION = pa.DataFrameSchema(
    {
        "account_id": pa.Column(str, unique=True, coerce=True),
        "name": _text(),
        "as_of": pa.Column(TIME),
        "p_expand": pa.Column(float, SHARE),
        "p_churn": pa.Column(float, SHARE),
        "arr": _number(),
        "expected_gain": _number(),
        "stage": _text(),
        "tier": _text(),
        "csm": _text(),
        "listed_because": _text(nullable=False),
        **_drivers(),
        "play": _text(nullable=False),
        "play_name": _text(nullable=False),
        "look_at": _text(nullable=False),
        "talk_track": _text(nullable=False),
    },
    strict="filter",
    ordered=True,
)

THRESHOLDS = pa.DataFrameSchema(
    {
        "as_of": pa.Column(TIME),
        "group": _text(nullable=False),
        "indicator": _text(nullable=False),
        "enter": _number(),
        "exit": _number(),
        "capacity": pa.Column("int64", pa.Check.ge(0), coerce=True),
        "alerts": pa.Column("int64", pa.Check.ge(0), coerce=True),
        "precision": _number(SHARE),
        "captured_arr": _number(),
        "reached": pa.Column("int64", pa.Check.ge(0), coerce=True),
        "correction": _number(),
        "changed_because": _text(nullable=False),
    },
    unique=["as_of", "group", "indicator"],
    strict="filter",
    ordered=True,
)

FORECAST = pa.DataFrameSchema(
    {
        "as_of": pa.Column(TIME),
        "measure": _text(nullable=False, allowed=("nrr", "grr", "logo_retention")),
        "quarters": pa.Column("int64", pa.Check.isin((1, 2)), coerce=True),
        "estimate": pa.Column(float, pa.Check.ge(0)),
        "low": pa.Column(float, pa.Check.ge(0)),
        "high": pa.Column(float, pa.Check.ge(0)),
    },
    unique=["as_of", "measure", "quarters"],
    strict="filter",
    ordered=True,
)

SURVIVAL = pa.DataFrameSchema(
    {
        "account_id": _text(nullable=False),
        "as_of": pa.Column(TIME),
        "period_end": pa.Column("int64", pa.Check.gt(0), coerce=True),
        "hazard": pa.Column(float, SHARE),
        "survival": pa.Column(float, SHARE),
        "expected_loss": _number(pa.Check.ge(0)),
        "p_reach_renewal": _number(SHARE),
    },
    unique=["account_id", "as_of", "period_end"],
    strict="filter",
    ordered=True,
)


def checked(frame: pd.DataFrame, schema: pa.DataFrameSchema, title: str) -> pd.DataFrame:
    """The frame with exactly the schema's columns, in order; a Problem says which cells break it."""
    columns = [name for name in schema.columns if name in frame]
    ordered = frame[columns].astype({"as_of": TIME}).reset_index(drop=True)
    try:
        return schema.validate(ordered)  # pandera itself would coerce to nanoseconds
    except pa.errors.SchemaError as error:
        broken = " ".join(str(error).split())
        raise Problem(f"The table {title} cannot be published: {broken}; mend the step that filled it.") from None
