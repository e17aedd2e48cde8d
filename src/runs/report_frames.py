"""The numbers behind a report: every frame that it shows and no other published table holds, kept beside it."""

from pathlib import Path

import pandas as pd

from leadline.reports.report_input import ReportInput

FOLDER = "report"
FRAMES = ("metrics", "predictions", "arr_movement", "kpis", "context", "usage")


def write_frames(report: ReportInput, folder: Path) -> None:
    """Write each frame there is to report/NAME.parquet; facts and verdicts, as text, to report/facts.parquet."""
    target = folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    frames = {name: getattr(report, name) for name in FRAMES} | {"quarantined": report.facts.get("quarantined")}
    for name, frame in {**frames, "facts": _facts(report)}.items():
        if frame is not None:
            frame.reset_index(drop=True).to_parquet(target / f"{name}.parquet")


def _facts(report: ReportInput) -> pd.DataFrame:
    told = {name: value for name, value in report.facts.items() if name != "quarantined"}
    verdicts = {f"verdict_{outcome}": sentence for outcome, sentence in report.verdicts.items()}
    texts = {name: str(value) for name, value in {**told, **verdicts}.items()}
    return pd.DataFrame({"fact": list(texts), "value": list(texts.values())}, dtype="str")
