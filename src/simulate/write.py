"""The company written down: contract tables as Parquet, and truth/ beside them, for tests alone."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from leadline.simulate import outcomes, truth, voice
from leadline.simulate.activity import act
from leadline.simulate.company import MODULES
from leadline.simulate.events import ACTIONS, Events, blocks
from leadline.simulate.interventions import written_back
from leadline.simulate.settings import SimulationSettings
from leadline.simulate.subscriptions import subscriptions
from leadline.simulate.world import World, make

_TIME = pa.timestamp("us")
_EVENTS = pa.schema(
    {
        "account_id": pa.dictionary(pa.int32(), pa.string()),
        "user_id": pa.dictionary(pa.int32(), pa.string()),
        "occurred_at": _TIME,
        "received_at": _TIME,
        "action": pa.dictionary(pa.int32(), pa.string()),
        "module": pa.dictionary(pa.int32(), pa.string()),
        "event_id": pa.int64(),
        "session_id": pa.int64(),
        "duration_s": pa.float64(),
        "value": pa.float64(),
    }
)


def simulate(out: Path, settings: SimulationSettings, progress: Callable[[int, int], None] | None = None) -> None:
    """Write a company with known truth to the folder `out`; progress gets accounts done, and all."""
    world = make(settings)
    for name, frame in (_tables(world) | _truths(world)).items():
        _write(out / f"{name}.parquet", frame)
    _write_events(out / "events.parquet", world, progress)


def _tables(world: World) -> dict[str, pd.DataFrame]:
    contracts = subscriptions(world)
    tables = {
        "accounts": world.company.accounts,
        "users": world.people.table,
        "subscriptions": contracts,
        "tickets": voice.tickets(world),
        "surveys": voice.surveys(world),
        "invoices": voice.invoices(world, contracts),
        "referrals": voice.referrals(world),
    }
    if world.settings.interventions:
        tables["interventions"] = written_back(world.settings, world.company, world.listed)
    return tables


def _truths(world: World) -> dict[str, pd.DataFrame]:
    truths = {
        "truth/reasons": truth.reasons(world),
        "truth/hazard": truth.hazard(world),
        "truth/calendar": world.seasons.table(),
    }
    if world.settings.interventions:
        truths["truth/effects"] = outcomes.effects(world)
        truths["truth/effects_by_play"] = outcomes.average_effects(truths["truth/effects"])
    return truths


def _write(file: Path, frame: pd.DataFrame) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    pq.write_table(table, file, compression="zstd", store_schema=False)


def _write_events(file: Path, world: World, progress: Callable[[int, int], None] | None) -> None:
    written = sessions = 0
    with pq.ParquetWriter(file, _EVENTS, compression="zstd", store_schema=False) as writer:
        for done, events in blocks(world, act(world)):
            writer.write_table(_event_table(world, events, written, sessions))
            written += len(events.user)
            sessions += int(events.session.max(initial=-1)) + 1
            if progress:
                progress(done, len(world.company))


def _event_table(world: World, events: Events, written: int, sessions: int) -> pa.Table:
    account = world.people.account[events.user]
    knows_sessions = world.company.dormant[account] % 2 == 0
    columns = [
        _coded(account, world.account_id),
        _coded(events.user, world.people.table["user_id"]),
        pa.array(events.occurred, _TIME),
        pa.array(events.received, _TIME),
        _coded(events.action, ACTIONS),
        _coded(events.module, MODULES),
        pa.array(np.arange(written, written + len(account))),
        pa.array(sessions + events.session, mask=~knows_sessions),
        pa.array(events.duration, mask=np.isnan(events.duration)),
        pa.array(events.value, mask=np.isnan(events.value)),
    ]
    return pa.Table.from_arrays(columns, schema=_EVENTS)


def _coded(codes: np.ndarray, names: Sequence[str] | np.ndarray | pd.Series) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(codes.astype(np.int32), pa.array(list(names), pa.string()))
