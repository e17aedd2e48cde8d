"""Files by which cron, systemd or Airflow run an experiment every week, by the clock of its calendar's time zone."""

import re
import shlex
import sys
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from leadline.experiment import read_experiment
from leadline.problem import Problem

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
VARIABLES = "leadline.env"  # beside the project's Makefile: what the runs find in their environment
OUTPUT = "leadline.log"

CRON = """\
# {name}: {day}s at {at:%H:%M} {zone}
# Not every cron knows time zones, so each quarter of an hour this asks whether it is time; zones differ by quarters.
{minutes} * * * * {command}
"""

SERVICE = """\
[Unit]
Description=Leadline: the weekly run of {name}

[Service]
Type=oneshot
EnvironmentFile=-{root}/{variables}
ExecStart=:/bin/sh -c "{command}"
"""

TIMER = """\
[Unit]
Description=Leadline: {name}, {day}s at {at:%H:%M} {zone}

[Timer]
OnCalendar={short} *-*-* {at:%H:%M}:00 {zone}
Persistent=true

[Install]
WantedBy=timers.target
"""

DAG = """\
\"\"\"Leadline: the weekly run of {name}. One task, for a week is published whole or not at all.\"\"\"

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG(
    dag_id={dag!r},
    schedule={cron!r},
    start_date=pendulum.datetime(2024, 1, 1, tz={zone!r}),
    catchup=False,
    max_active_runs=1,
):
    BashOperator(
        task_id="run",
        bash_command={command!r},
    )
"""


@dataclass(frozen=True)
class Weekly:
    """A run every week: of which experiment, by which command in which folder, and when in which time zone."""

    name: str
    words: tuple[str, ...]
    root: Path
    day: str
    at: time
    zone: str

    @property
    def command(self) -> str:
        """What a shell is to run, whatever the paths hold."""
        return f"cd {shlex.quote(str(self.root))} && {shlex.join(self.words)}"


def weekly(experiment: Path, day: str, at: str) -> Weekly:
    """The weekly run of an experiment, by default (day: '') on the day its weeks start; `at` is written HH:MM.

    A Problem where the time is none, or a path holds what no scheduler's file can.
    """
    settings, file = read_experiment(experiment), experiment.resolve()
    program = Path(sys.executable).with_name("leadline")
    words, root = (str(program), "run", str(file)), file.parent.parent
    for word in (*words, str(root)):
        if not word.isprintable() or word.endswith("\\") or word != word.strip():
            raise Problem(f"The path {word!r} holds what no scheduler's file can; rename it.")
    calendar = settings.calendar
    return Weekly(settings.name, words, root, day or calendar.week_start, _time(at), calendar.timezone)


def _time(text: str) -> time:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise Problem(f"'{text}' is no time of day; write it as HH:MM, such as 06:00.")
    return time.fromisoformat(text)


def cron(run: Weekly) -> dict[str, str]:
    """A line of a crontab, by the name of a file for it."""
    now = f"$(TZ={shlex.quote(run.zone)} date +%u%H%M)"
    due = f"{DAYS.index(run.day) + 1}{run.at:%H%M}"
    variables = f"set -a; [ ! -f {VARIABLES} ] || . ./{VARIABLES}"
    there = f"cd {shlex.quote(str(run.root))}"
    shell = f'[ "{now}" = {due} ] && {there} && {{ {variables}; {shlex.join(run.words)}; }} >> {OUTPUT} 2>&1'
    minutes = ",".join(str((run.at.minute + quarter) % 60) for quarter in (0, 15, 30, 45))
    return {f"leadline-{run.name}.crontab": CRON.format(**vars(run), minutes=minutes, command=_in_crontab(shell))}


def _in_crontab(shell: str) -> str:
    """To cron a bare percent sign ends the command, and a backslash before one is taken away: so the two are kept
    apart by a pair of quotes, inside those that a path with a backslash stands in."""
    return shell.replace("\\%", "\\''%").replace("%", "\\%")


def systemd(run: Weekly) -> dict[str, str]:
    """A service and its timer, by their file names."""
    parts = {**vars(run), "root": _unit(str(run.root)), "short": run.day[:3].title(), "variables": VARIABLES}
    parts["command"] = re.sub(r'(["\\])', r"\\\1", _unit(run.command))
    units = {"service": SERVICE, "timer": TIMER}
    return {f"leadline-{run.name}.{kind}": unit.format(**parts) for kind, unit in units.items()}


def _unit(text: str) -> str:
    """In a unit a percent sign begins a specifier, unless there are two."""
    return text.replace("%", "%%")


def airflow(run: Weekly) -> dict[str, str]:
    """A file for Airflow's folder of DAGs, by its name; Airflow 3."""
    day = (DAYS.index(run.day) + 1) % 7
    parts = {"cron": f"{run.at.minute} {run.at.hour} * * {day}", "dag": f"leadline_{run.name}"}
    return {f"leadline_{run.name}.py": DAG.format(**{**vars(run), **parts, "command": _in_template(run.command)})}


def _in_template(text: str) -> str:
    """Airflow reads a command as a Jinja template: what would begin one is written as text."""
    return re.sub(r"{[{%#]", lambda found: f"{{{{ '{found[0]}' }}}}", text)


KINDS = {"cron": cron, "systemd": systemd, "airflow": airflow}
