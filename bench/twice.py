"""`python -m bench.twice`: do the same inputs on a clean machine, twice, give the same bytes?

Two projects are made in folders of their own, with nothing kept and no registry: the demo company, simulated in each,
is checked, trained on, scored and published by `leadline run`. The second runs in another time zone, with another seed
of Python's hashes and another locale. List, thresholds, every other published table, and the text of each model are
held together byte by byte.
"""

import os
import tempfile
from pathlib import Path

import pandas as pd

from bench.small_project import EXPERIMENT, finished, project

OTHERWISE = {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "42", "LC_ALL": "C.UTF-8"}
KINDS = ("*.csv", "*.parquet", "*.json", "*.html", "*/*.csv", "*/*.parquet", "*/*.html")
OWN = {"run.json"}  # it tells the run's id and how long each step took


def published(folder: Path) -> dict[str, bytes]:
    """The files of the newest list, and the models it was scored with."""
    latest = (folder / "data" / "published" / "demo" / "latest").resolve()
    files = {f"{file.relative_to(latest)}": file for kind in KINDS for file in latest.glob(kind)}
    kept = folder / "data" / "derived" / "demo" / "champions"
    models = {f"{file.relative_to(kept)}": file for file in kept.glob("*/model/*") if file.is_file()}
    return {name: file.read_bytes() for name, file in sorted((files | models).items()) if name not in OWN}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for name, changed in (("one", {}), ("two", OTHERWISE)):
            environment = {**os.environ, **changed}
            made = project(Path(folder) / name)
            finished(made, "run", EXPERIMENT, environment=environment)
            found.append(published(made))
    one, two = found
    rows = [(name, len(one.get(name, b"")), one.get(name) == two.get(name)) for name in sorted({*one, *two})]
    table = pd.DataFrame(rows, columns=["file", "bytes", "same"])
    print(table.to_string(index=False))
    if not table["same"].all():
        raise SystemExit("not the same")


if __name__ == "__main__":
    main()
