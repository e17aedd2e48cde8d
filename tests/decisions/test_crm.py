from pathlib import Path

import pandas as pd
import pytest
from decision_tables import NOW, context

from leadline.decisions.crm import Crm, crm_columns, crm_rows, read_crms
from leadline.decisions.csv_safe import write_csv
from leadline.problem import Problem

SHIPPED = Path(__file__).parents[2] / "experiments" / "crm_fields.yaml"

LISTED = pd.DataFrame(
    {
        "account_id": ["a", "b", "c"],
        "as_of": [NOW] * 3,
        "p_churn": [0.25, 0.5, 0.75],
        "listed_because": ["=1+1", "it fell, far", "held out"],
        "driver_1_sentence": pd.Series(["He said ''no''", "", None], dtype="str"),
        "arm": ["treat", "treat", "holdout"],
    }
)
STATE = context(["a", "b", "c"], term_end=[NOW, pd.NaT, NOW], due_for_renewal=[True, False, True])
FIELDS = {
    "Id__c": "account_id",
    "As_Of__c": "as_of",
    "Risk__c": "p_churn",
    "Why__c": "listed_because",
    "Reason__c": "driver_1_sentence",
    "Term_End__c": "term_end",
    "Due__c": "due_for_renewal",
    "Listed__c": "listed",
    "Currency__c": "currency",
}


def test_the_file_by_eye(tmp_path: Path) -> None:
    rows = crm_rows(crm_columns(LISTED, STATE, "USD"), Crm(fields=FIELDS), "crm")
    write_csv(rows, tmp_path / "crm.csv", empty="#N/A")
    assert (tmp_path / "crm.csv").read_text(encoding="utf-8") == (
        "Id__c,As_Of__c,Risk__c,Why__c,Reason__c,Term_End__c,Due__c,Listed__c,Currency__c\n"
        "a,2024-03-04,0.25,'=1+1,He said ''no'',2024-03-04,true,true,USD\n"
        'b,2024-03-04,0.5,"it fell, far",#N/A,#N/A,false,true,USD\n'
    )


def test_a_column_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(
        Problem, match=r"crm_fields.yaml, hubspot: field risk takes the column 'p_chrun', and the list has"
    ):
        crm_rows(crm_columns(LISTED, STATE, "USD"), Crm(fields={"risk": "p_chrun"}), "crm_fields.yaml, hubspot")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hubspot: {}", "crms.hubspot.fields: Field required"),
        ("hubspot: {fields: {}}", "crms.hubspot.fields: Dictionary should have at least 1 item"),
        ("'../x': {fields: {a: b}}", "String should match pattern"),
        ("hubspot: {fields: {a: b}, emty: x}", "crms.hubspot.emty: Extra inputs are not permitted"),
        ("hubspot: {fields: {a: b, a: c}}", "gives a .line 1. twice"),
    ],
)
def test_a_mistake_in_the_file_is_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "crm.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Problem, match=said):
        read_crms(tmp_path / "crm.yaml")


def test_the_shipped_fields_keep_the_customs_of_each_crm() -> None:
    crms = read_crms(SHIPPED)
    assert all(field.endswith("__c") for field in crms["salesforce"].fields)
    assert all(field == field.lower() for field in crms["hubspot"].fields)
    assert [next(iter(crm.fields.items())) for crm in crms.values()] == [
        ("Leadline_Account_Id__c", "account_id"),
        ("leadline_account_id", "account_id"),
    ]
