"""Files of every format without one account, and with everybody else."""

import json

import nbformat
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from leadline.problem import Problem
from leadline.runs.cleaning import cleaned
from leadline.runs.mentions import mentions
from leadline.runs.whom import REMOVED, Whom

WHOM = Whom("account", "acc-1", ("acc-1", "Été & Fils"), frozenset({"acc-10", "acc-2", "Two", "Ten"}))
SCORED = pd.DataFrame(
    {
        "account_id": ["acc-1", "acc-10", "acc-2"],
        "name": ["Été & Fils", "Ten", None],
        "p_churn": [0.5, 0.25, 0.125],
        "as_of": pd.Timestamp("2024-01-01").as_unit("us"),
        "why": ["fell", "like Été & Fils", "acc-10 too"],
        "alias": pd.Categorical(["Été & Fils", "Ten", "Two"]),
    }
)


def test_rows_leave_a_parquet_file_and_types_stay(tmp_path):
    file = tmp_path / "scored.parquet"
    SCORED.to_parquet(file)
    before = pq.read_schema(file)
    assert mentions(file, WHOM) == 4  # its id; its name, once as a category; and that in another's row
    assert cleaned(file, WHOM)
    expected = SCORED.iloc[1:].reset_index(drop=True).assign(why=[f"like {REMOVED}", "acc-10 too"])
    pd.testing.assert_frame_equal(pd.read_parquet(file), expected, check_categorical=False)
    assert list(pd.read_parquet(file)["alias"].cat.categories) == ["Ten", "Two"]
    assert pq.read_schema(file).types == before.types
    assert mentions(file, WHOM) == 0
    assert not cleaned(file, WHOM)


def test_a_file_that_does_not_name_it_keeps_its_bytes(tmp_path):
    file = tmp_path / "scored.parquet"
    SCORED.iloc[1:].assign(why="").to_parquet(file)
    before = file.read_bytes()
    assert not cleaned(file, WHOM)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("account_id,arr\nacc-1,1\nacc-10,2\n", "account_id,arr\nacc-10,2\n"),
        ("Id__c,Why\nacc-1,x\nacc-2,as Été & Fils\n", f"Id__c,Why\nacc-2,as {REMOVED}\n"),
        ("\ufeffKonto,Konto-Nr\nÉté & Fils,acc-1\nTwo,acc-2\n", "\ufeffKonto,Konto-Nr\nTwo,acc-2\n"),
        ('a,b\n"Été & Fils, again","x\n""y"""\n', f'a,b\n"{REMOVED}, again","x\n""y"""\n'),
        ("account_id,arr\r\nacc-10,2\r\n", "account_id,arr\r\nacc-10,2\r\n"),
        ("", ""),
    ],
)
def test_rows_leave_a_csv_file(tmp_path, text, left):
    file = tmp_path / "list.csv"
    file.write_bytes(text.encode())
    assert cleaned(file, WHOM) == (text != left)
    assert file.read_bytes().decode() == left
    assert mentions(file, WHOM) == 0


def test_json_however_it_writes_a_name(tmp_path):
    file = tmp_path / "effects.json"
    file.write_text(json.dumps({"acc": ["Été & Fils", 1, None], "because": "acc-1, acc-10"}))
    assert "\\u00c9" in file.read_text()
    assert mentions(file, WHOM) == 2
    assert cleaned(file, WHOM)
    assert json.loads(file.read_text()) == {"acc": [REMOVED, 1, None], "because": f"{REMOVED}, acc-10"}


def test_a_log_line_by_line(tmp_path):
    file = tmp_path / "log.jsonl"
    file.write_text('{"run": "r",  "said": "acc-10"}\n{"said": "acc-1 has no rows"}\n{"said": "acc-1')
    assert cleaned(file, WHOM)
    assert (
        file.read_text()
        == f'{{"run": "r",  "said": "acc-10"}}\n{{"said": "{REMOVED} has no rows"}}\n{{"said": "{REMOVED}'
    )


def test_what_a_notebook_put_out(tmp_path):
    file, v4 = tmp_path / "05_score.ipynb", nbformat.v4
    shown = {"text/html": "<table><td>Été &amp; Fils</td><td>acc-10</td></table>", "text/plain": "acc-1 0.5"}
    outputs = [
        v4.new_output("display_data", data=shown),
        v4.new_output("stream", text="acc-1\nacc-10\n"),
        v4.new_output("display_data", data={"application/vnd.x+json": {"name": ["Été & Fils"]}}),
        v4.new_output("error", ename="E", evalue="acc-1", traceback=["acc-1"]),
    ]
    nbformat.write(v4.new_notebook(cells=[v4.new_code_cell("code('acc-1')", outputs=outputs)]), file)
    assert mentions(file, WHOM) == 7
    assert cleaned(file, WHOM)
    (cell,) = nbformat.read(file, as_version=4).cells
    assert cell.source == f"code('{REMOVED}')"
    assert cell.outputs[0].data["text/html"] == f"<table><td>{REMOVED}</td><td>acc-10</td></table>"
    assert cell.outputs[1].text == f"{REMOVED}\nacc-10\n"
    assert mentions(file, WHOM) == 0


def test_a_model_is_never_touched_and_always_searched(tmp_path):
    file = tmp_path / "model.txt"
    file.write_text("tree\nfeature_names=acc-1 acc-10\n")
    assert not cleaned(file, WHOM)
    assert mentions(file, WHOM) == 1


@pytest.mark.parametrize("name", ["broken.parquet", "broken.ipynb", "broken.json"])
def test_a_broken_file_is_named_and_searched_as_it_stands(tmp_path, name):
    (tmp_path / name).write_text('{"said": "acc-1')
    with pytest.raises(Problem, match=rf"{name} cannot be read .*; delete it, and forget again"):
        cleaned(tmp_path / name, WHOM)
    assert mentions(tmp_path / name, WHOM) == 1


def test_rows_of_one_person(tmp_path):
    file, whom = tmp_path / "users.parquet", Whom("user", "u-1", ("ann@x.test", "u-1"))
    rows = pa.table({"account_id": ["a", "a"], "user_id": ["u-1", "u-12"], "said": ["", "u-1, Ann@x.test"]})
    pq.write_table(rows, file)
    assert mentions(file, whom) == 3
    assert cleaned(file, whom)
    assert pq.read_table(file).to_pylist() == [{"account_id": "a", "user_id": "u-12", "said": f"{REMOVED}, {REMOVED}"}]
