"""Git histories as a usage log: companies are accounts, developers users, folders modules, commits events."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from leadline.features.git_actions import action_of, module_of
from leadline.features.git_log import Commit, is_shallow, read_log
from leadline.features.git_people import account_of, is_free_mail, user_of
from leadline.problem import Problem

SCHEMA = pa.schema(
    [
        ("account_id", pa.string()),
        ("user_id", pa.string()),
        ("occurred_at", pa.timestamp("us")),
        ("received_at", pa.timestamp("us")),
        ("action", pa.string()),
        ("module", pa.string()),
        ("event_id", pa.string()),
        ("value", pa.float64()),
        ("repository", pa.string()),
    ]
)
_BATCH = 20_000
_REPORT_EVERY = 1_000

Progress = Callable[[str, int], None]


class Event(NamedTuple):
    """One row of the log: what one commit did of one kind in one module; value is the number of files."""

    account_id: str
    user_id: str
    occurred_at: int | None
    received_at: int | None
    action: str
    module: str
    event_id: str
    value: float
    repository: str


@dataclass(frozen=True)
class Counts:
    """What an import read and wrote, and the commits it left out, by reason."""

    repositories: int = 0
    commits: int = 0
    events: int = 0
    accounts: int = 0
    users: int = 0
    merges: int = 0
    cut_off: int = 0
    no_files: int = 0
    free_mail: int = 0
    no_company: int = 0

    def sentence(self) -> str:
        """The counts in words."""
        return (
            f"{self.events} events of {self.users} users in {self.accounts} accounts, from {self.commits} "
            f"commits in {self.repositories} repositories; left out: {self.merges} merges, {self.cut_off} at "
            f"the edge of a shallow clone, {self.no_files} that touched no file, {self.free_mail} from free "
            f"mail services, {self.no_company} from addresses that name no company"
        )


def import_git(repos: list[Path], out: Path, progress: Progress | None = None) -> Counts:
    """Write out/events.parquet: a row for each commit, module and action on the current branches.

    account_id is the registrable domain of the author's address, user_id a hash of the address (a pseudonym,
    not anonymity), occurred_at when it was authored, received_at when it was committed. Mailmaps are
    respected; merges are left out, for the commits they bring are counted already. progress is told a
    repository's name and how many of its commits are read. A Problem leaves out/events.parquet as it was.
    """
    tally: Counter[str] = Counter()
    folders = list(dict.fromkeys(repo.resolve() for repo in repos))
    events = (event for folder in folders for event in _events(folder, tally, progress or _silent))
    file = _folder(out) / "events.parquet"
    part = file.with_suffix(".part")
    try:
        accounts, users = _write(events, part)
        counts = Counts(len(folders), accounts=accounts, users=users, **tally)
        if not counts.events:
            raise Problem(f"The histories hold no events ({counts.sentence()}); name a repository companies work in.")
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return counts


def events_of(commit: Commit, repository: str) -> list[Event]:
    """The rows of one commit, by module and action; none if its author's address names no company."""
    account = account_of(commit.email)
    if account is None:
        return []
    user, authored, received = user_of(commit.email), *_times(commit)
    touched = Counter((module_of(path), action_of(path)) for path in commit.paths)
    return [
        Event(account, user, authored, received, action, module, event_id, n, repository)
        for (module, action), n in sorted(touched.items())
        for event_id in [_id(repository, commit.id, module, action)]
    ]


def _events(repo: Path, tally: Counter[str], progress: Progress) -> Iterator[Event]:
    name, shallow, seen = repo.name.removesuffix(".git"), is_shallow(repo), 0
    for seen, commit in enumerate(read_log(repo), start=1):
        reason = _left_out(commit, shallow)
        rows = [] if reason else events_of(commit, name)
        tally.update({"commits": 1, "events": len(rows)} | ({reason: 1} if reason else {}))
        yield from rows
        if seen % _REPORT_EVERY == 0:
            progress(name, seen)
    progress(name, seen)


def _left_out(commit: Commit, shallow: bool) -> str | None:
    if commit.parents > 1:
        return "merges"
    if shallow and not commit.parents:
        return "cut_off"
    if not commit.paths:
        return "no_files"
    if is_free_mail(commit.email):
        return "free_mail"
    return None if account_of(commit.email) else "no_company"


def _times(commit: Commit) -> tuple[int | None, int | None]:
    """Microseconds since 1970; a commit is known once it is committed, but never before it was authored."""
    authored, committed = (t and t * 1_000_000 for t in (commit.authored, commit.committed))
    return authored, max((t for t in (authored, committed) if t is not None), default=None)


def _id(*parts: str) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()[:20]


def _write(events: Iterator[Event], file: Path) -> tuple[int, int]:
    """Write the events batch by batch; yields how many accounts and users there were."""
    accounts: set[str] = set()
    users: set[str] = set()
    with pq.ParquetWriter(file, SCHEMA) as writer:
        while batch := list(islice(events, _BATCH)):
            columns = zip(zip(*batch, strict=True), SCHEMA.types, strict=True)
            arrays = [pa.array(values, kind) for values, kind in columns]
            writer.write_batch(pa.record_batch(arrays, schema=SCHEMA))
            accounts.update(event.account_id for event in batch)
            users.update(event.user_id for event in batch)
    return len(accounts), len(users)


def _folder(out: Path) -> Path:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(f"The folder {out} cannot be made ({error.strerror}); name another with --out.") from None
    return out


def _silent(_repository: str, _commits: int) -> None:
    """Tell nobody."""
