"""Each product's export is read by the YAML that comes along, with no edit but where its files lie."""

import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd
import product_exports
import pytest
from source_files import rows
from stripe_export import stripe

from leadline import cli
from leadline.features.sources import Tables, open_source, read_source

DATA = Path(__file__).parents[2] / "data"
EXPORTS: dict[str, Callable[[Path], None]] = {
    "segment": product_exports.segment,
    "mixpanel": product_exports.mixpanel,
    "amplitude": product_exports.amplitude,
    "posthog": product_exports.posthog,
    "stripe": stripe,
}


ANN = "u-aebc6117e55a95a50f1d"  # ann@acme.test, by that key


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADLINE_KEY", "the key of these tests")


def exported(name: str, folder: Path) -> Tables:
    """A product's export, opened by the YAML that comes along."""
    EXPORTS[name](folder)
    return open_source(read_source(DATA / f"{name}.yaml"), folder)


def counts(tables: Tables) -> list[tuple[str, int, int, int, int]]:
    """Rows in, used, quarantined and excluded of each table."""
    return list(tables.rows.iloc[:, :5].itertuples(index=False, name=None))


def at(clock: str, day: int = 1) -> datetime:
    """An instant of early May 2024."""
    return datetime.fromisoformat(f"2024-05-{day:02d}T{clock}")


@pytest.mark.parametrize("name", EXPORTS)
def test_check_reads_an_export_as_it_comes(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    EXPORTS[name](tmp_path)
    monkeypatch.setattr(sys, "argv", ["leadline", "check", str(DATA / f"{name}.yaml"), "--data", str(tmp_path)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    said, complaint = capsys.readouterr()
    assert (stopped.value.code, complaint) == (0, "")
    assert said.startswith(f"{name}: ")
    assert "core" in said


def test_segment_calls_become_events_and_groups_accounts(tmp_path: Path) -> None:
    tables = exported("segment", tmp_path)
    assert counts(tables) == [("accounts", 7, 1, 0, 6), ("events", 7, 3, 0, 4)]
    assert rows(tables, "events", "account_id", "user_id", "action", "occurred_at", "received_at", "event_id") == [
        ("g1", "u1", "Report Created", at("08:02:00.400"), at("08:02:00.900"), "ajs-5"),
        ("g1", "u1", "page", at("08:01:00.400"), at("08:01:00.900"), "ajs-4"),
        ("g2", "u1", "Report Shared", at("08:03:00.400", 2), at("08:03:00.900", 2), "ajs-7"),
    ]
    assert rows(tables, "accounts", "account_id", "name", "industry", "segment", "created_at") == [
        ("g1", "Acme", "Steel", "pro", at("08:01:00.900")),
        ("g2", "g2", None, None, at("08:03:00.900", 2)),
    ]
    assert tables.core_actions == ("Report Created", "Report Shared")


def test_mixpanel_events_are_read_with_both_their_instants(tmp_path: Path) -> None:
    tables = exported("mixpanel", tmp_path)
    assert counts(tables) == [("events", 4, 2, 0, 2)]
    assert rows(tables, "events", "account_id", "user_id", "action", "occurred_at", "received_at") == [
        ("acme", "u-1", "$mp_web_page_view", at("08:00:00"), at("08:00:02.345")),
        ("acme", "u-1", "Report Created", at("08:01:00"), at("08:01:02.345")),
    ]
    assert rows(tables, "events", "event_id")[1] == ("Report Created/u-1/1714550460/insert-2",)
    assert tables.core_actions == ("Report Created",)


def test_amplitude_events_are_read_with_the_group_whether_listed_or_not(tmp_path: Path) -> None:
    tables = exported("amplitude", tmp_path)
    assert counts(tables) == [("events", 5, 3, 0, 2)]
    assert rows(tables, "events", "account_id", "user_id", "action", "occurred_at", "received_at", "session_id") == [
        ("Acme", ANN, "[Amplitude] Page Viewed", at("08:00:00.25"), at("08:00:00.75"), "1714550400000"),
        ("Acme", ANN, "report created", at("08:01:00.25"), at("08:01:00.75"), "1714550400000"),
        ("Beta", "dev-1", "report synced", at("09:30:00.25"), at("09:30:00.75"), None),
    ]
    assert rows(tables, "events", "event_id")[0] == ("00000000-0000-0000-0000-000000000001",)


POSTHOG = [
    ("acme", "person-1", "$pageview", at("08:00:01.123456"), at("08:00:01.999999"), "0190-0002", "s-1"),
    ("acme", "person-1", "report created", at("08:01:00.123456"), at("08:01:00.999999"), "0190-0003", "s-1"),
    ("beta", "person-1", "report created", at("09:01:00.123456"), at("09:01:00.999999"), "0190-0004", None),
]
POSTHOG_COLUMNS = ("account_id", "user_id", "action", "occurred_at", "received_at", "event_id", "session_id")


def test_posthog_events_are_read_from_json_lines(tmp_path: Path) -> None:
    tables = exported("posthog", tmp_path)
    assert counts(tables) == [("accounts", 5, 1, 0, 4), ("events", 5, 3, 0, 2)]
    assert rows(tables, "events", *POSTHOG_COLUMNS) == POSTHOG
    assert rows(tables, "accounts", "account_id", "name", "industry") == [
        ("acme", "Acme", "Steel"),
        ("beta", "beta", None),
    ]


def test_posthog_events_are_read_from_parquet_too(tmp_path: Path) -> None:
    frame = pd.DataFrame(product_exports.posthog_events())
    for name in ("properties", "person_properties"):
        frame[name] = frame[name].map(json.dumps)
    instants = "* REPLACE (timestamp::TIMESTAMPTZ AS timestamp, created_at::TIMESTAMPTZ AS created_at)"
    duckdb.sql(f"SELECT {instants} FROM frame").write_parquet(str(tmp_path / "events.parquet"))
    yaml = (DATA / "posthog.yaml").read_text(encoding="utf-8").replace("**/*.jsonl*", "**/*.parquet")
    (tmp_path / "posthog.yaml").write_text(yaml, encoding="utf-8")
    tables = open_source(read_source(tmp_path / "posthog.yaml"), tmp_path)
    assert rows(tables, "events", *POSTHOG_COLUMNS) == POSTHOG
    assert rows(tables, "accounts", "name") == [("Acme",), ("beta",)]


@pytest.mark.parametrize("name", ["segment", "posthog"])
def test_an_export_in_which_no_group_is_told_of_is_read(name: str, tmp_path: Path) -> None:
    EXPORTS[name](tmp_path)
    kind = {"segment": '"type": "group"', "posthog": "$group_type"}[name]
    written = [file for file in tmp_path.rglob("*") if file.is_file()]
    for file in written:
        lines = duckdb.sql(f"SELECT json::VARCHAR FROM read_json_objects('{file}')").fetchall()
        product_exports.write_lines(file, [json.loads(line) for (line,) in lines if kind not in line])
    tables = open_source(read_source(DATA / f"{name}.yaml"), tmp_path)
    assert tables.rows["table"].tolist() == ["events"]
    assert all(row == (row[1], row[1]) for row in rows(tables, "accounts", "name", "account_id"))


def test_stripe_bills_become_terms_by_the_month(tmp_path: Path) -> None:
    tables = exported("stripe", tmp_path)
    assert counts(tables) == [
        ("accounts", 2, 2, 0, 0),
        ("events", 4, 3, 0, 1),
        ("subscriptions", 6, 3, 0, 3),
        ("invoices", 4, 3, 0, 1),
    ]
    new_year, february, march = datetime(2024, 1, 1), datetime(2024, 2, 1), datetime(2024, 3, 1)
    columns = ("account_id", "start_date", "end_date", "mrr", "seats", "billing_months", "cancelled_at", "known_at")
    assert rows(tables, "subscriptions", *columns) == [
        ("cus_acme", new_year, datetime(2025, 1, 1), 500.0, 5.0, 12.0, None, new_year),
        ("cus_beta", new_year, february, 9000.0, 5.0, 1.0, datetime(2024, 2, 29), new_year),
        ("cus_beta", february, march, 9000.0, 5.0, 1.0, datetime(2024, 2, 29), february),
    ]
    assert rows(tables, "invoices", "account_id", "due_date", "paid_at", "amount") == [
        ("cus_acme", datetime(2024, 1, 1, 1), datetime(2024, 1, 1, 2), 6050.0),
        ("cus_beta", datetime(2024, 1, 1, 1), datetime(2024, 1, 1, 2), 9000.0),
        ("cus_beta", march, None, 6000.0),
    ]
    assert rows(tables, "accounts", "account_id", "name", "region") == [
        ("cus_acme", "Acme", "DE"),
        ("cus_beta", "b@beta.test", None),
    ]
    assert rows(tables, "events", "account_id", "action") == [
        ("cus_acme", "customer.created"),
        ("cus_acme", "invoice.paid"),
        ("cus_beta", "customer.subscription.deleted"),
    ]
