"""On a real log, cutting off everything known at or after a date changes no indicator as of that date."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from leadline.features.catalogue import catalogue
from leadline.features.dataset import pairs_table
from leadline.features.sources import open_source, read_source

ROOT = Path(__file__).parents[2]
CUTS = ["2013-05-06", "2016-02-01", "2018-09-17"]


def indicators_as_of(folder: Path, as_of: pd.Timestamp) -> pd.DataFrame:
    tables = open_source(read_source(ROOT / "data" / "openstack.yaml"), folder)
    accounts = tables.relations["accounts"].select("account_id, created_at").df()
    known = accounts.loc[accounts["created_at"] < as_of, "account_id"].sort_values()
    return pairs_table(tables, catalogue(), pd.DataFrame({"account_id": known, "as_of": as_of}))


@pytest.mark.shared
@pytest.mark.parametrize("cut", CUTS)
def test_cutting_the_log_by_what_was_known_changes_nothing(shared_data, tmp_path, cut):
    whole, as_of = shared_data / "openstack", pd.Timestamp(cut).as_unit("us")
    duckdb.execute("SET TimeZone = 'UTC'")
    duckdb.sql(f"SELECT * FROM '{whole}/commits.parquet' WHERE merged_at < '{cut}'").write_parquet(
        str(tmp_path / "commits.parquet")
    )
    late = duckdb.sql(
        f"SELECT count(*) FROM '{whole}/commits.parquet' WHERE merged_at >= '{cut}' AND authored_at < '{cut}'"
    ).fetchall()
    assert late[0][0] > 10  # there is something a careless score would see
    full, known = indicators_as_of(whole, as_of), indicators_as_of(tmp_path, as_of)
    assert len(full) > 50
    pd.testing.assert_frame_equal(full, known, check_exact=True)
