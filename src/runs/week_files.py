"""The files of a week's list: tables for machines, a sheet for each CSM, an upsert for each CRM."""

import pandas as pd

from leadline.decisions.crm import crm_columns, crm_rows, read_crms
from leadline.decisions.csm_sheet import csm_sheet
from leadline.decisions.csv_safe import write_csm_lists, write_csv
from leadline.runs.job import Job


def write_tables(job: Job, **tables: pd.DataFrame) -> None:
    """Write each table under its name as Parquet and CSV."""
    for name, table in tables.items():
        table.to_parquet(job.file(f"{name}.parquet"))
        write_csv(table, job.file(f"{name}.csv"))


def write_sheets(job: Job, listed: pd.DataFrame, context: pd.DataFrame) -> None:
    """Write each CSM's own part of the list (see `csm_sheet`) to by_csm/."""
    folder = job.file("by_csm")
    folder.mkdir(exist_ok=True)
    write_csm_lists(listed, csm_sheet(listed, context, job.experiment), folder)


def write_crms(job: Job, listed: pd.DataFrame, context: pd.DataFrame) -> None:
    """Write the list as each CRM takes it to crm/, where the experiment names the file of its fields."""
    file = job.experiment.crm_file
    if file is None:
        return
    folder = job.file("crm")
    folder.mkdir(exist_ok=True)
    columns = crm_columns(listed, context, job.experiment.value.currency)
    for name, crm in read_crms(file).items():
        rows = crm_rows(columns, crm, f"{file}, {name}")
        write_csv(rows, folder / f"{name}.csv", empty=crm.empty)
