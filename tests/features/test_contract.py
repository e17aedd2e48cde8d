"""The contract is complete, consistent, and documented as declared."""

from dataclasses import replace
from pathlib import Path

import pytest

from leadline.features.contract import CONTRACT, contract_markdown
from leadline.features.contract_columns import SQL_TYPES, Column
from leadline.features.mapping import Cell, TableMapping

COLUMNS = [(t.name, c) for t in CONTRACT.values() for c in t.columns]
README = Path(__file__).parents[2] / "data" / "README.md"


def test_the_readme_shows_the_contract_as_declared() -> None:
    assert contract_markdown() in README.read_text(encoding="utf-8")


def test_tables_are_those_of_the_design() -> None:
    assert list(CONTRACT) == [
        "accounts", "users", "events", "subscriptions", "tickets", "surveys", "invoices", "referrals",
        "interventions",
    ]  # fmt: skip


def test_accounts_come_first_for_the_others_are_held_against_them() -> None:
    assert next(iter(CONTRACT)) == "accounts"
    assert all("account_id" in table.names for table in CONTRACT.values())


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[f"{t}.{c.name}" for t, c in COLUMNS])
def test_a_column_refers_only_to_columns_of_its_table(table: str, column: Column) -> None:
    others = {column.filled_by, column.not_before} - {None}
    assert others <= set(CONTRACT[table].names)
    assert column.type in SQL_TYPES
    assert column.meaning


@pytest.mark.parametrize("table", CONTRACT.values(), ids=list(CONTRACT))
def test_a_table_is_dated_and_keyed_by_columns_of_its_own(table: object) -> None:
    names = set(table.names)
    assert {table.time, table.known or table.time, *table.key} <= names
    assert len(names) == len(table.columns)


def test_a_column_that_is_filled_comes_after_the_one_that_fills_it() -> None:
    for table in CONTRACT.values():
        for column in table.columns:
            if column.filled_by:
                assert table.names.index(column.filled_by) < table.names.index(column.name)


def test_rules_are_said_in_words() -> None:
    column = Column("x", "number", "an x", required=True, negative=False)
    assert column.rules == ("required", "not negative", "at most 1e+15")
    assert replace(column, required=False, negative=True, at_most=7).rules == ("at most 7 in size",)
    assert replace(column, type="text", required=False, negative=True).rules == ()
    assert replace(column, type="instant", past=True).rules[:3] == (
        "required",
        "not in the future",
        "1970-01-02 to 9999-12-31",
    )


def test_the_readme_names_every_key_of_a_mapping() -> None:
    told = README.read_text(encoding="utf-8")
    tables = [key for key in TableMapping.model_fields if f"`tables.TABLE.{key}`" not in told]
    cells = [field.alias or name for name, field in Cell.model_fields.items()]
    assert (tables, [key for key in cells if f"{key}: " not in told]) == ([], [])
