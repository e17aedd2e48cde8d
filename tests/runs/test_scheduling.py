"""What a scheduler is handed runs the very command it should, at the hour it should, whatever a path holds."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import time
from pathlib import Path
from types import ModuleType
from typing import Any

import jinja2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leadline import cli
from leadline.problem import Problem
from leadline.runs.scheduling import Weekly, airflow, cron, systemd, weekly

AWKWARD = 'the team\'s "50%" $HOME {{ x }} {% y #} a\\%b `id` é'
NAMES = st.text(st.sampled_from("ab '\"%\\${}#&;*`~=é"), max_size=12).map(lambda text: f"x{text}x")
NO_KEY = "name: mine\nquestion: Who?\nsource: demo\noutcomes: {mode: contract}\n"


def run_in(root: Path | str, at: time = time(6)) -> Weekly:
    return Weekly("demo", (f"{root}/leadline", "run", f"{root}/demo.yaml"), Path(root), "monday", at, "Europe/Berlin")


def a_program(folder: Path, name: str) -> Path:
    """A project whose `leadline` writes down how it was called, and a clock that shows Monday, six."""
    root = folder / name
    root.mkdir()
    does = {root / "leadline": 'printf "%s\\n" "$PWD" "$0" "$@" "$WORD" > told', folder / "date": "echo 10600"}
    for file, line in does.items():
        file.write_text(f"#!/bin/sh\n{line}\n")
        file.chmod(0o755)
    return root


def told(root: Path, command: str) -> list[str]:
    """The folder in which the program was run by a shell, its words, and $WORD."""
    path = f"{root.parent}{os.pathsep}/usr/bin{os.pathsep}/bin"
    subprocess.run(["sh", "-c", command], cwd=root.parent, env={"PATH": path}, check=False)
    return (root / "told").read_text().splitlines()


def as_cron_reads(line: str) -> str:
    """The command of a crontab line: five fields are taken off; a bare percent sign ends it, a backslash hides one."""
    command, escaped = "", False
    for letter in line.split(" ", 5)[5]:
        if escaped and letter == "%":
            command = command[:-1]
        elif letter == "%":
            break
        escaped = letter == "\\" and not escaped
        command += letter
    return command


def crontab_line(run: Weekly) -> str:
    return cron(run)["leadline-demo.crontab"].splitlines()[-1]


def test_a_crontab_line_by_the_letter():
    assert crontab_line(run_in("/srv/leadline", time(6, 10))) == (
        r'10,25,40,55 * * * * [ "$(TZ=Europe/Berlin date +\%u\%H\%M)" = 10610 ] && cd /srv/leadline && '
        "{ set -a; [ ! -f leadline.env ] || . ./leadline.env; "
        "/srv/leadline/leadline run /srv/leadline/demo.yaml; } >> leadline.log 2>&1"
    )


@given(name=NAMES)
@example(name=AWKWARD)
@settings(deadline=None, max_examples=15)
def test_through_cron_and_a_shell_every_path_arrives_whole(name, tmp_path_factory):
    root = a_program(tmp_path_factory.mktemp("cron"), name)
    (root / "leadline.env").write_text("WORD='a&b'\n")
    seen = told(root, as_cron_reads(crontab_line(run_in(root))))
    assert seen == [str(root), f"{root}/leadline", "run", f"{root}/demo.yaml", "a&b"]


def test_cron_runs_at_no_other_hour(tmp_path):
    root = a_program(tmp_path, "here")
    with pytest.raises(FileNotFoundError):
        told(root, as_cron_reads(crontab_line(run_in(root, time(7)))))


def test_the_clock_is_that_of_the_time_zone(tmp_path):
    """2024-01-01 was a Monday; at five in the morning UTC it was six in Berlin."""
    asked = as_cron_reads(crontab_line(run_in(tmp_path))).split('"')[1]
    at_five = asked.replace("date", "date -d @1704085200")
    assert subprocess.run(["sh", "-c", f'echo "{at_five}"'], capture_output=True, text=True).stdout == "10600\n"


UNITS = {
    "leadline-demo.service": r"""[Unit]
Description=Leadline: the weekly run of demo

[Service]
Type=oneshot
EnvironmentFile=-/srv/a "50%%" b/leadline.env
ExecStart=:/bin/sh -c "cd '/srv/a \"50%%\" b' && '/srv/a \"50%%\" b/leadline' run '/srv/a \"50%%\" b/demo.yaml'"
""",
    "leadline-demo.timer": """[Unit]
Description=Leadline: demo, mondays at 06:00 Europe/Berlin

[Timer]
OnCalendar=Mon *-*-* 06:00:00 Europe/Berlin
Persistent=true

[Install]
WantedBy=timers.target
""",
}


def test_units_by_the_letter():
    assert systemd(run_in('/srv/a "50%" b')) == UNITS


def test_systemd_takes_the_units_where_there_is_systemd(tmp_path):
    """The text is held above; here systemd itself reads them, if it is there to be asked."""
    root = a_program(tmp_path, AWKWARD)
    for name, text in systemd(run_in(root)).items():
        (tmp_path / name).write_text(text)
    units = [str(tmp_path / name) for name in UNITS]
    if shutil.which("systemd-analyze"):
        asked = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True)
        assert "leadline-demo" not in asked.stderr
        when = subprocess.run(
            ["systemd-analyze", "calendar", "--base-time=2024-01-01 00:00 UTC", "Mon *-*-* 06:00:00 Europe/Berlin"],
            capture_output=True, text=True, env={**os.environ, "TZ": "UTC"},
        )  # fmt: skip
        assert "Mon 2024-01-01 05:00:00 UTC" in when.stdout


@given(name=NAMES)
@example(name=AWKWARD)
@settings(deadline=None, max_examples=15)
def test_through_a_unit_and_a_shell_every_path_arrives_whole(name, tmp_path_factory):
    """Inside double quotes systemd undoes backslashes as a shell does, and makes one percent sign of two."""
    root = a_program(tmp_path_factory.mktemp("systemd"), name)
    line = next(line for line in systemd(run_in(root))["leadline-demo.service"].splitlines() if "ExecStart" in line)
    program, flag, command = shlex.split(line.removeprefix("ExecStart=:").replace("%%", "%"))
    assert (program, flag) == ("/bin/sh", "-c")
    assert told(root, command) == [str(root), f"{root}/leadline", "run", f"{root}/demo.yaml", ""]


def dag(run: Weekly, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a DAG file says to Airflow, whose parts write down what they are given."""
    seen: dict[str, Any] = {}

    class Dag:
        def __init__(self, **told: Any) -> None:
            seen.update(told)

        def __enter__(self) -> None: ...

        def __exit__(self, *_: object) -> None: ...

    parts = {
        "pendulum": {"datetime": lambda *day, tz: (*day, tz)},
        "airflow.sdk": {"DAG": Dag},
        "airflow.providers.standard.operators.bash": {"BashOperator": lambda **told: seen.update(told)},
    }
    for name, content in parts.items():
        module = ModuleType(name)
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, name, module)
    (file,) = airflow(run).items()
    assert file[0] == "leadline_demo.py"
    exec(compile(file[1], *file[:1], "exec"), {})
    return seen


def test_a_dag_says_when_and_never_two_at_a_time(monkeypatch):
    told = dag(run_in("/srv/leadline", time(6, 30)), monkeypatch)
    assert told == {
        "dag_id": "leadline_demo", "schedule": "30 6 * * 1", "start_date": (2024, 1, 1, "Europe/Berlin"),
        "catchup": False, "max_active_runs": 1, "task_id": "run",
        "bash_command": "cd /srv/leadline && /srv/leadline/leadline run /srv/leadline/demo.yaml",
    }  # fmt: skip


@given(name=NAMES)
@example(name=AWKWARD)
@settings(deadline=None, max_examples=15)
def test_through_airflows_templates_and_a_shell_every_path_arrives_whole(name, tmp_path_factory):
    root = a_program(tmp_path_factory.mktemp("airflow"), name)
    with pytest.MonkeyPatch.context() as patch:
        template = dag(run_in(root), patch)["bash_command"]
    seen = told(root, jinja2.Template(template).render())
    assert seen == [str(root), f"{root}/leadline", "run", f"{root}/demo.yaml", ""]


def experiment(folder: Path, calendar: str = "") -> Path:
    (folder / "experiments").mkdir(parents=True)
    file = folder / "experiments" / "mine.yaml"
    file.write_text(f"{NO_KEY}{calendar}")
    return file


def test_day_and_zone_are_those_of_the_calendar_unless_said_otherwise(tmp_path):
    file = experiment(tmp_path, "calendar: {timezone: Asia/Kolkata, week_start: sunday}")
    run = weekly(file, "", "18:45")
    assert (run.name, run.day, run.at, run.zone, run.root) == ("mine", "sunday", time(18, 45), "Asia/Kolkata", tmp_path)
    assert run.words == (str(Path(sys.executable).with_name("leadline")), "run", str(file))
    assert weekly(file, "friday", "18:45").day == "friday"


@pytest.mark.parametrize("at", ["24:00", "6", "6:00", "06:60", "6pm", "06:00:00", "٠٦:٠٠"])
def test_what_is_no_time_is_refused(tmp_path, at):
    with pytest.raises(Problem, match="is no time of day; write it as HH:MM"):
        weekly(experiment(tmp_path), "", at)


@pytest.mark.parametrize("name", ["two\nlines", "blank ", "back\\"])
def test_a_path_that_no_file_of_a_scheduler_can_hold_is_refused(tmp_path, name):
    with pytest.raises(Problem, match="holds what no scheduler's file can; rename it"):
        weekly(experiment(tmp_path / name), "", "06:00")


@pytest.mark.parametrize(
    ("kind", "files"),
    [
        ("cron", ["leadline-mine.crontab"]),
        ("systemd", ["leadline-mine.service", "leadline-mine.timer"]),
        ("airflow", ["leadline_mine.py"]),
    ],
)
def test_the_command_prints_the_files_or_writes_them(tmp_path, capsys, monkeypatch, kind, files):
    file = experiment(tmp_path)
    monkeypatch.setattr(sys, "argv", ["leadline", "schedule", str(file), "--kind", kind, "--at", "07:00"])
    cli.app(standalone_mode=False)
    printed = capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", [*sys.argv, "--out", str(tmp_path / "out")])
    cli.app(standalone_mode=False)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == files
    assert all((tmp_path / "out" / name).read_text() in printed for name in files)


def test_the_dag_of_the_page_is_python():
    page = (Path(__file__).parents[2] / "docs" / "scheduling.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    assert "PapermillOperator(" in code
    compile(code, "scheduling.md", "exec")
