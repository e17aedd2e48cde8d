"""The command line: wiring only."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from leadline.problem import Problem
from leadline.runs import commands

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Leading behavioural indicators from usage logs: who is leaving, who can grow, why, and what to do this week.",
)

ExperimentFile = Annotated[Path, typer.Argument(help="An experiment's YAML, such as experiments/demo.yaml.")]
SourceName = Annotated[str, typer.Argument(help="A source: data/NAME.yaml, or NAME.")]
Data = Annotated[Path | None, typer.Option("--data", help="Another copy of the source's files.")]
AsOf = Annotated[str, typer.Option("--as-of", help="The date the scores speak for (YYYY-MM-DD); default: the latest.")]
OutFolder = Annotated[Path | None, typer.Option("--out", help="A folder for the result as Parquet.")]


@app.command()
def simulate(
    out: Annotated[Path, typer.Argument(help="The folder to write to.")],
    accounts: Annotated[int, typer.Option(help="Accounts at the start and joining later.")] = 400,
    weeks: Annotated[int, typer.Option(help="Weeks of history.")] = 104,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 7,
    null: Annotated[bool, typer.Option("--null", help="Behaviour and outcome unrelated.")] = False,
) -> None:
    """Make up a company with known truth: contract tables as Parquet, and its truth beside them."""
    commands.simulate(out, accounts, weeks, seed, null)


@app.command("import-git")
def import_git(
    repos: Annotated[list[Path], typer.Argument(help="Folders that hold git repositories.")],
    out: Annotated[Path, typer.Option("--out", help="The folder to write to.")] = Path("data/raw/git"),
) -> None:
    """Turn git histories into a usage log: account = company of the author's address, user = author."""
    commands.import_git(repos, out)


@app.command()
def check(source: SourceName, data: Data = None) -> None:
    """What is in a source, what is quarantined and why, what the contract lets you do."""
    commands.check(source, data)


@app.command()
def indicators() -> None:
    """The catalogue: every indicator, its level, family, windows and meaning."""
    commands.indicators()


@app.command()
def features(
    source: SourceName,
    out: Annotated[Path, typer.Option("--out", help="The Parquet file to write.")],
    pairs: Annotated[
        Path | None, typer.Option(help="CSV or Parquet with account_id and as_of; default: weekly.")
    ] = None,
    data: Data = None,
) -> None:
    """The snapshot table: one row per account and as-of date, a column per indicator."""
    commands.features(source, out, pairs, data)


@app.command()
def backtest(experiment: ExperimentFile, out: OutFolder = None, data: Data = None) -> None:
    """Forward tests of the models beside the plain rules."""
    commands.backtest(experiment, out, data)


@app.command()
def train(experiment: ExperimentFile, data: Data = None, as_of: AsOf = "") -> None:
    """Backtest, fit, and register the model in MLflow."""
    commands.train(experiment, data, as_of)


@app.command()
def score(experiment: ExperimentFile, as_of: AsOf = "", data: Data = None) -> None:
    """Run the scoring notebooks and publish list, thresholds and report: whole, or not at all."""
    commands.score(experiment, data, as_of)


@app.command()
def run(experiment: ExperimentFile, as_of: AsOf = "", data: Data = None) -> None:
    """Check, train if due, score and report."""
    commands.run(experiment, data, as_of)


def main() -> None:
    """Run a command; a Problem becomes one sentence on the error stream and exit code 1."""
    try:
        app()
    except Problem as problem:
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"leadline: {problem}", markup=False)
        sys.exit(1)
