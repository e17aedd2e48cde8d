"""What MLflow keeps of an experiment's past runs: files to go through, versions to mark."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from leadline.experiment import Experiment
from leadline.models.tracking import FORGOTTEN_AFTER, MlflowException, answering, client, model_name
from leadline.problem import Problem

ALL, MOST = 3, 1000  # MLflow's ViewType.ALL: deleted runs too; runs in one answer


def over_runs(experiment: Experiment, work: Callable[[Path], set[Path]]) -> Iterator[tuple[str, set[Path]]]:
    """Hand each run's files, fetched into a folder, to `work`, and log again those it says it changed.

    Yields the run's id and the files changed; a Problem where the store does not answer, or takes nothing back.
    """
    store = client(experiment)
    for run_id in _runs(experiment):
        with _taking_back(run_id), TemporaryDirectory() as place:
            folder = Path(place)
            if not store.list_artifacts(run_id):
                continue
            store.download_artifacts(run_id, "", place)
            changed = work(folder)
            for file in sorted(changed):
                inside = file.relative_to(folder).parent.as_posix()
                store.log_artifact(run_id, str(file), None if inside == "." else inside)
        yield run_id, changed


def mark_forgotten(experiment: Experiment, since: list[datetime]) -> int:
    """Tag every run and version older than some of these moments with how many came after it; how many versions."""
    store, marked = client(experiment), 0
    with answering():
        for outcome in experiment.models.outcomes:
            for version in store.search_model_versions(f"name = '{model_name(experiment, outcome)}'", max_results=MOST):
                later = sum(moment.timestamp() * 1000 > version.creation_timestamp for moment in since)
                if later:
                    store.set_model_version_tag(version.name, version.version, FORGOTTEN_AFTER, str(later))
                    store.set_tag(version.run_id, FORGOTTEN_AFTER, str(later))
                    marked += 1
    return marked


@contextmanager
def _taking_back(run_id: str) -> Iterator[None]:
    with answering():
        try:
            yield
        except (MlflowException, OSError) as error:
            told = getattr(error, "error_code", type(error).__name__)
            raise Problem(f"MLflow keeps the files of run {run_id} as they were ({told}); delete it there.") from None


def _runs(experiment: Experiment) -> list[str]:
    """The ids of all its runs."""
    store = client(experiment)
    with answering():
        found = store.get_experiment_by_name(f"leadline-{experiment.name}")
        runs, token = [], None
        while found is not None:
            page = store.search_runs([found.experiment_id], run_view_type=ALL, max_results=MOST, page_token=token)
            runs += [run.info.run_id for run in page]
            token = page.token
            if not token:
                break
    return runs
