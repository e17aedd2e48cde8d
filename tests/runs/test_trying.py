"""Trying an indicator: a planted one helps, noise does not, wrong ones get a sentence, and it can be pasted in."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import narwhals as nw
import numpy as np
import pandas as pd
import pytest
import vl_convert
from tests.features.source_files import opened
from tests.models.model_tables import COLUMNS, company, experiment

from leadline.features import indicators
from leadline.features.catalogue import catalogue, declared
from leadline.features.dataset import Dataset
from leadline.features.indicator import Indicator, indicator
from leadline.features.measures import Measures
from leadline.problem import Problem
from leadline.reports.tried import curve_figure
from leadline.runs import trying
from leadline.runs.job import Job
from leadline.runs.trying import Tried, tried

ROOT = Path(__file__).parents[2]
DATA = Dataset(*company(), columns=COLUMNS)
WORDS = {"level": "company", "family": "activity", "unit": "count", "en": "{value} so far", "zh": "至今 {value}"}
DAY = pd.Timedelta(days=1)


def log() -> str:
    """Two days before each as-of date, as many runs as tell who leaves, with some luck, and looks that tell nothing."""
    rng = np.random.default_rng(3)
    rows = DATA.outcomes[DATA.outcomes["outcome"] == "churn"]
    lines = [f"{account} 2021-12-01T00:00:00 look" for account in sorted(rows["account_id"].unique())]
    for row in rows.itertuples():
        counts = {"run": rng.poisson(1 + 2 * row.observed), "look": rng.poisson(2)}
        at = f"{row.as_of - 2 * DAY:%Y-%m-%dT%H:%M:%S}"
        lines += [f"{row.account_id} {at} {action}" for action, n in counts.items() for _ in range(n)]
    return "account_id occurred_at action\n" + "\n".join(lines)


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """A job whose training frames are given, on a log of events and nothing else."""
    folder = tmp_path_factory.mktemp("source")
    settings = experiment().model_copy(update={"root": folder})
    made = Job(settings, None, "", settings.derived)
    tables = opened(folder, events=log())
    made.__dict__.update(training=DATA, tables=tables, source=tables.source, made_from={"as_of": "2023-05-01"})
    return made


def of(define: Callable[..., nw.Expr], name: str = "grumbles", **more: object) -> Indicator:
    """An indicator of so many days as its function is given."""

    def named(m: Measures, window: int | None) -> nw.Expr:
        """What somebody thought of."""
        return define(m, window)

    named.__name__ = name
    return indicator(**{**WORDS, "direction": 0, "windows": (28,), **more})(named)


GRUMBLES = of(lambda m, window: m.core(window), direction=1)
MURMURS = of(lambda m, window: m.views(window), "murmurs")


@pytest.fixture(scope="module")
def planted(job: Job) -> Tried:
    return tried(GRUMBLES, job)


def test_a_planted_indicator_helps_and_every_part_says_so(planted: Tried) -> None:
    found = planted
    assert [column.name for column in found.columns] == ["grumbles_28"]
    assert found.verdict == "helps"
    assert found.sentence.startswith("grumbles_28 helps out of time: with it log-loss (lower is better) moves by -0.")
    table = found.differences.set_index("metric")
    assert table.loc["log_loss", "high"] < 0 < table.loc["auc", "low"]
    assert (table["with"] - table["without"]).equals(table["difference"].rename(None))
    alone = found.alone.iloc[0]
    assert alone["low"] > 0.6
    curve = found.curves["grumbles_28"]
    assert curve["share"].iloc[-1] > curve["share"].iloc[0]
    assert curve["rows"].sum() == len(found.rows)
    counted = found.rows.groupby("observed")["grumbles_28"].mean()
    assert counted[0] == pytest.approx(1, abs=0.2)
    assert counted[1] == pytest.approx(3, abs=0.4)


def test_noise_makes_no_difference(job: Job) -> None:
    found = tried([MURMURS], job)
    assert found.verdict == "no difference"
    assert "murmurs_28 makes no difference that can be seen out of time" in found.sentence
    assert "Tested at " in found.sentence


def test_what_the_set_predicts_without_is_asked_once(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    tried(MURMURS, job)
    fitted = []
    chances = trying.forward_chances
    monkeypatch.setattr(trying, "forward_chances", lambda *given: fitted.append(len(given[1])) or chances(*given))
    tried(GRUMBLES, job)
    assert fitted == [len(COLUMNS) + 1]


def test_a_direction_declared_the_wrong_way_is_told(job: Job) -> None:
    found = tried(of(lambda m, window: m.core(window), "cheers", direction=-1), job)
    assert "cheers_28 is declared -1 towards churn, and by itself ranks the other way (AUC 0." in found.sentence


def test_few_outcomes_are_said_to_be_few(job: Job) -> None:
    rows = pd.DataFrame({"account_id": list("abcdefgh"), "observed": [1, 1, 1, 1, 0, 0, 0, 0]})
    assert trying.judged(rows, {}) == "too few"


def test_a_market_twin_is_tried_beside(job: Job) -> None:
    found = tried(of(lambda m, window: m.core(window), market=True), job)
    assert [column.name for column in found.columns] == ["grumbles_28", "grumbles_vs_market_28"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_curve_shows_tenths_and_those_unknown(language: str, planted: Tried) -> None:
    table = pd.concat([planted.curves["grumbles_28"], pd.DataFrame([{"tenth": 0, "rows": 1, "share": 0.0}])])
    say = trying.Voice(language, "USD")
    chart = curve_figure(table, planted.columns[0], say).to_dict()
    labels = [row["label"] for rows in chart["datasets"].values() for row in rows if "label" in row]
    assert labels[-1] == {"en": "unknown", "zh": "未知"}[language]
    assert labels[0].endswith(": 0")
    assert say("try.tenth") in vl_convert.vegalite_to_svg(chart, allowed_base_urls=[])


def fails(m: Measures, window: int) -> nw.Expr:
    return m.cores(window)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (of(lambda m, _: m.core(28), "active_users"), "named active_users is in the package already"),
        (fails, "fails is no indicator; write @indicator"),
        ([], "No indicator was given"),
        ([GRUMBLES, GRUMBLES], "Two indicators are named grumbles"),
        (of(fails), "grumbles: its function fails: 'Measures' object has no attribute 'cores'"),
        (of(lambda m, _: m.core(10)), "10 days is no whole number of weeks"),
        (of(lambda m, _: m.state("tickets_84"), windows=()), "grumbles needs tickets, which this source does not give"),
        (of(lambda m, _: m.state("mood"), windows=()), "asks for the state mood; there are answers_365, "),
        (of(lambda m, _: nw.col("mood"), windows=()), "grumbles cannot be computed: .*mood"),
        (of(lambda m, _: m.core(28) * 0), "grumbles_28 is 0 for every account and date"),
        (of(lambda m, w: m.core(w), unit="percent"), "unit 'percent' is none of count, share"),
        (of(lambda m, w: m.core(w), level="firm"), "level 'firm' is none of company, product, user"),
        (of(lambda m, w: m.core(w), direction=2), "direction 2 is none of 1, -1, 0"),
        (of(lambda m, w: m.core(w), en="{worth} so far"), r"sentence en has the place \{worth\}"),
    ],
)
def test_wrong_declarations_are_refused_in_a_sentence(given: object, sentence: str, job: Job) -> None:
    with pytest.raises(Problem, match=sentence):
        tried(given, job)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_declaration_without_a_sentence_or_a_meaning_is_refused(language: str) -> None:
    with pytest.raises(Problem, match=f"Indicator grumbles has no sentence {language}"):
        of(fails, **{language: ""})
    with pytest.raises(Problem, match="has no docstring"):
        indicator(**WORDS, direction=0)(lambda m, _: m.core(28))


def test_an_outcome_there_is_none_of_is_named(job: Job) -> None:
    with pytest.raises(Problem, match="No outcome is named 'upsell'; the training frames have churn, contraction, exp"):
        tried(GRUMBLES, job, "upsell")


def test_the_notebooks_declaration_can_be_pasted_into_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a file with the imports that the package's files have, it joins the catalogue, last of all."""
    cells = json.loads((ROOT / "notebooks" / "14_try_indicator.ipynb").read_text(encoding="utf-8"))["cells"]
    text = next("".join(c["source"]) for c in cells if "declaration" in c["metadata"].get("tags", []))
    imports = """\
    import narwhals as nw

    from leadline.features.indicator import indicator
    from leadline.features.measures import Measures, ratio


    """
    (tmp_path / "zz_mine.py").write_text(dedent(imports) + text + "\n", encoding="utf-8")
    before = catalogue(("crm",))
    monkeypatch.setattr(indicators, "__path__", [*indicators.__path__, str(tmp_path)])
    try:
        pasted, wider = declared()[-1], catalogue(("crm",))
    finally:
        sys.modules.pop(f"{indicators.__name__}.zz_mine", None)
        vars(indicators).pop("zz_mine", None)
    namespace: dict[str, object] = {}
    exec(dedent(imports) + text, namespace)
    tried_there = namespace[pasted.name]
    assert list(wider) == [*before, pasted.name]
    assert pasted.name not in before
    same = {name: value for name, value in vars(pasted).items() if name != "define"}
    assert same == {name: value for name, value in vars(tried_there).items() if name != "define"}
    assert same["meaning"]
