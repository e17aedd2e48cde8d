"""The command line: wiring only."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import duckdb
import typer
from rich.console import Console

from leadline.features.scan import readable
from leadline.problem import Problem, room_on_disk
from leadline.redact import redacted
from leadline.runs import commands
from leadline.runs import usage as usage_views

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Leading behavioural indicators from usage logs: who is leaving, who can grow, why, and what to do this week.",
)

ExperimentFile = Annotated[Path, typer.Argument(help="An experiment's YAML, such as experiments/demo.yaml.")]
SourceName = Annotated[str, typer.Argument(help="A source: data/NAME.yaml, or NAME.")]
Data = Annotated[Path | None, typer.Option("--data", help="Another copy of the source's files.")]
AsOf = Annotated[str, typer.Option("--as-of", help="The date to speak for (YYYY-MM-DD); default: the latest.")]
View = Annotated[Literal["accounts", "users", "modules", "funnel"], typer.Option(help="What to show.")]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Force = Annotated[bool, typer.Option("--force", help="Make a published date again; the old one is kept.")]
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
def indicators(
    out: Annotated[Path | None, typer.Option("--out", help="A Markdown file for the whole catalogue.")] = None,
) -> None:
    """The catalogue: every indicator, its level, family, windows and meaning."""
    commands.indicators(out)


@app.command()
def features(
    source: SourceName,
    out: Annotated[Path, typer.Option("--out", help="The Parquet file to write.")],
    pairs: Annotated[
        Path | None, typer.Option(help="CSV or Parquet with account_id and as_of; default: weekly.")
    ] = None,
    data: Data = None,
    kept: Annotated[
        Path | None,
        typer.Option(help="Where weekly aggregates are kept, so that the next call reads only what is new."),
    ] = None,
    engine: Annotated[
        Literal["duckdb", "spark"], typer.Option(help="spark is for a log that outgrows one machine.")
    ] = "duckdb",
) -> None:
    """The snapshot table: one row per account and as-of date, a column per indicator."""
    commands.features(source, out, pairs, data, kept, engine)


@app.command()
def usage(
    source: SourceName,
    view: View = "accounts",
    account: Annotated[str | None, typer.Option(help="One account's id; the view users needs it.")] = None,
    as_of: AsOf = "",
    days: Annotated[int, typer.Option(help="Days of a period, a multiple of 7; modules shows three.")] = 28,
    out: Annotated[Path | None, typer.Option("--out", help="A CSV or Parquet file for the whole view.")] = None,
    data: Data = None,
) -> None:
    """Who uses what, beside the period before: accounts, people of one account, features by week, or the funnel."""
    usage_views.usage(source, data, view, as_of, account, days, out)


@app.command()
def backtest(experiment: ExperimentFile, out: OutFolder = None, data: Data = None) -> None:
    """Forward tests of the models beside the plain rules."""
    commands.backtest(experiment, out, data)


@app.command()
def train(experiment: ExperimentFile, data: Data = None, as_of: AsOf = "") -> None:
    """Backtest, fit, register in MLflow, and promote where the model is better; says why or why not."""
    commands.train(experiment, data, as_of)


@app.command()
def rollback(
    experiment: ExperimentFile,
    outcome: Annotated[str, typer.Option(help="churn or expansion; default: every one that has a champion.")] = "",
) -> None:
    """Bring back the model that was champion before the one in use."""
    commands.rollback(experiment, outcome)


@app.command()
def replay(experiment: ExperimentFile, out: OutFolder = None, data: Data = None) -> None:
    """Walk the history week by week as if live: what each way of alerting would have asked of the team, and caught."""
    commands.replay(experiment, out, data)


@app.command()
def effects(experiment: ExperimentFile, out: OutFolder = None, data: Data = None, as_of: AsOf = "") -> None:
    """What stepping in did: accounts treated beside those held out, with intervals; or why it is too early to say."""
    commands.effects(experiment, out, data, as_of)


@app.command()
def score(experiment: ExperimentFile, as_of: AsOf = "", data: Data = None, force: Force = False) -> None:
    """Run the scoring notebooks and publish list, thresholds and report: whole, or not at all."""
    commands.score(experiment, data, as_of, force)


@app.command()
def run(
    experiment: ExperimentFile,
    as_of: AsOf = "",
    data: Data = None,
    force: Force = False,
    catch_up: Annotated[
        bool, typer.Option("--catch-up", help="Every week since the newest published one, oldest first.")
    ] = False,
) -> None:
    """Check, train if due, score and report."""
    commands.run(experiment, data, as_of, force, catch_up)


@app.command()
def forget(
    source: SourceName,
    account: Annotated[str, typer.Option(help="An account's id.")] = "",
    user: Annotated[str, typer.Option(help="A person's id, or e-mail address.")] = "",
    data: Data = None,
) -> None:
    """Remove an account or a person from all that was derived, published and kept of models; and prove it."""
    commands.forget(source, account, user, data)


@app.command()
def schedule(
    experiment: ExperimentFile,
    kind: Annotated[Literal["cron", "systemd", "airflow"], typer.Option(help="For which scheduler.")] = "cron",
    day: Annotated[Weekday | None, typer.Option(help="Default: the day its weeks start on.")] = None,
    at: Annotated[str, typer.Option(help="The time of day (HH:MM), in the experiment's time zone.")] = "06:00",
    out: Annotated[Path | None, typer.Option("--out", help="A folder to write the files to.")] = None,
) -> None:
    """What to hand cron, systemd or Airflow, so that the experiment runs every week."""
    commands.schedule(experiment, kind, day or "", at, out)


@app.command()
def status(
    experiments: Annotated[list[Path] | None, typer.Argument(help="Default: every one in experiments/.")] = None,
    data: Data = None,
) -> None:
    """How the last runs went, and what is due: weeks to publish, training."""
    commands.status(experiments or [], data)


def main() -> None:
    """Run a command; a Problem becomes one sentence on the error stream and an exit code of its kind."""
    duckdb.execute("SET enable_progress_bar = false")  # it would write into logs
    try:
        with room_on_disk(), readable("A file of the source"):  # what an opened source leaves in its files is read late
            app()
    except Problem as problem:
        Console(stderr=True, highlight=False, soft_wrap=True).print(redacted(f"leadline: {problem}"), markup=False)
        sys.exit(problem.exit_code)
