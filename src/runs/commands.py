"""What each command does, from its arguments to what it prints."""

from pathlib import Path

import pandas as pd
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from leadline.features import check as looking
from leadline.features import git_history
from leadline.features.catalogue import declared
from leadline.features.sources import Source, Tables, open_source, read_source
from leadline.problem import Problem
from leadline.runs import scheduling
from leadline.runs.catalogue_page import page
from leadline.runs.features import ENGINES, of_pairs
from leadline.runs.printing import frame_table, section
from leadline.runs.pulling import bring_up_to_date
from leadline.simulate.settings import SimulationSettings
from leadline.simulate.write import simulate as write_company

console = Console(highlight=False)


def progress() -> Progress:
    """A progress bar on the error stream, so that results can be piped."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )


def file_of(source: str) -> Path:
    """The YAML of a source given by that, or by its name under data/."""
    named = Path(source)
    return named if named.suffix in (".yaml", ".yml") else Path("data") / f"{source}.yaml"


def read_named(source: str) -> Source:
    """Read a source given by its YAML, or by its name under data/."""
    return read_source(file_of(source))


def fetch_named(source: str, data: Path | None) -> Source:
    """Read a source as `read_named` does, and bring the local copy of what it has in databases up to date."""
    read = read_named(source)
    bring_up_to_date(read, data)
    return read


def open_named(source: str, data: Path | None) -> Tables:
    """Open a source given by its YAML, or by its name under data/."""
    return open_source(fetch_named(source, data), data)


def simulate(out: Path, accounts: int, weeks: int, seed: int, null: bool) -> None:
    """Write a simulated company."""
    if out.exists() and any(out.iterdir()):
        raise Problem(f"{out} is not empty; choose another folder, or delete it first.")
    settings = SimulationSettings(accounts=accounts, weeks=weeks, seed=seed, null=null)
    with progress() as bar:
        task = bar.add_task("Simulating", total=None)
        write_company(out, settings, lambda done, total: bar.update(task, completed=done, total=total))
    console.print(f"Wrote a company of {accounts} accounts and {weeks} weeks to {out}.")


def import_git(repos: list[Path], out: Path) -> None:
    """Write the usage log of git repositories."""
    with progress() as bar:
        task = bar.add_task("Reading", total=None)
        counts = git_history.import_git(
            repos, out, lambda name, done: bar.update(task, description=f"Reading {name}", completed=done)
        )
    console.print(counts.sentence())


def check(source: str, data: Path | None) -> None:
    """Print what a source holds."""
    tables = open_named(source, data)
    seen = looking.check(tables)
    console.print(f"[bold]{tables.source.name}[/bold]: {tables.source.about}", markup=True)
    for title in ("tables", "counts", "allows", "actions", "quarantine", "leaks"):
        section(console, title, getattr(seen, title))


def indicators(out: Path | None) -> None:
    """Print the catalogue in short, or write the whole of it as a page."""
    if out:
        out.write_text(page(), encoding="utf-8")
        return
    rows = [
        {"indicator": i.name, "level": i.level, "family": i.family, "unit": i.unit,
         "windows": ", ".join(map(str, i.windows)), "vs market": "yes" if i.market else "",
         "meaning": " ".join(i.meaning.split("\n\n")[0].split())}
        for i in declared()
    ]  # fmt: skip
    console.print(frame_table(pd.DataFrame(rows)))


def features(
    source: str, out: Path, pairs: Path | None, data: Path | None, kept: Path | None, engine: str = "duckdb"
) -> None:
    """Write the snapshot table: of given pairs, or of every account and week."""
    if pairs and engine != "duckdb":
        raise Problem("Pairs are few: leave out --engine, which is for every account and week of a large log.")
    with Console(stderr=True).status("Deriving indicators"):
        make = of_pairs if pairs else ENGINES[engine]
        rows, columns = make(
            fetch_named(source, data), out, data, pairs or kept or Path("data/derived") / Path(source).stem
        )
    console.print(f"Wrote {rows} rows and {columns - 2} indicator columns to {out}.")


def backtest(experiment: Path, out: Path | None, data: Path | None) -> None:
    """Print forward tests, and write them where asked."""
    from leadline.runs import flow  # late, for models and MLflow take seconds to load

    flow.print_backtest(console, experiment, data, out)


def train(experiment: Path, data: Path | None, as_of: str) -> None:
    """Train and register."""
    from leadline.runs import flow  # late, for models and MLflow take seconds to load

    flow.train(console, experiment, data, as_of)


def rollback(experiment: Path, outcome: str) -> None:
    """Make the version before the champion champion again."""
    from leadline.runs import flow  # late, for models and MLflow take seconds to load

    flow.rollback(console, experiment, outcome)


def replay(experiment: Path, out: Path | None, data: Path | None) -> None:
    """Print what each policy would have done, and write it where asked."""
    from leadline.runs import replaying  # late, for models and MLflow take seconds to load

    replaying.print_replay(console, experiment, data, out)


def effects(experiment: Path, out: Path | None, data: Path | None, as_of: str) -> None:
    """Print what stepping in did, and write it where asked."""
    from leadline.runs import effects_table  # late, for models and MLflow take seconds to load

    effects_table.print_effects(console, experiment, data, as_of, out)


def score(experiment: Path, data: Path | None, as_of: str, force: bool) -> None:
    """Score and publish with the champion there is."""
    from leadline.runs import flow  # late, for models and MLflow take seconds to load

    flow.score(console, experiment, data, as_of, force)


def run(experiment: Path, data: Path | None, as_of: str, force: bool, catch_up: bool) -> None:
    """Check, train if due, score and report: for one date, or for every week that is missing."""
    from leadline.runs import flow  # late, for models and MLflow take seconds to load

    if catch_up and force:
        raise Problem("--catch-up publishes what is missing, --force what is there: give one of them.")
    if catch_up:
        flow.catch_up(console, experiment, data, as_of)
    else:
        flow.run(console, experiment, data, as_of, force)


def forget(source: str, account: str, user: str, data: Path | None) -> None:
    """Forget one account or one person."""
    from leadline.runs import forgetting  # late, for models and MLflow take seconds to load

    if bool(account) == bool(user):
        raise Problem("Give one of --account and --user: whom to forget, by its id.")
    forgetting.forget(console, file_of(source), data, "account" if account else "user", account or user)


def schedule(experiment: Path, kind: str, day: str, at: str, out: Path | None) -> None:
    """Print the files by which a scheduler runs an experiment every week, or write them to a folder."""
    files = scheduling.KINDS[kind](scheduling.weekly(experiment, day, at))
    for name, text in files.items():
        if out is None:
            typer.echo(text if len(files) == 1 else f"# {name}\n{text}", nl=len(files) > 1)
            continue
        out.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(text, encoding="utf-8")
        console.print(f"Wrote {out / name}.", soft_wrap=True, markup=False)


def status(experiments: list[Path], data: Path | None) -> None:
    """Print how the last runs went, and what is due."""
    from leadline.runs import status as looking_back  # late, for models and MLflow take seconds to load

    looking_back.print_status(console, experiments, data)
