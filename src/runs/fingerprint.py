"""What a result was made from, as hashes: the same fingerprint means the same inputs, settings and code."""

import hashlib
import json
from pathlib import Path

import leadline
from leadline.experiment import Experiment
from leadline.features.pseudonym import People
from leadline.features.sources import Source

BLOCK = 1 << 20


def file_hash(file: Path) -> str:
    """SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def data_fingerprint(source: Source, folder: Path) -> dict[str, str]:
    """SHA-256 of every file that the source reads, by its name inside the folder; and what tells the key apart by which
    people are hashed."""
    tables = source.tables.values()
    names = sorted({*(t.file for t in tables), *(lookup.file for t in tables for lookup in t.lookups)})
    files = sorted({file for name in names for file in folder.glob(name) if file.is_file()})
    hashes = {file.relative_to(folder).as_posix(): file_hash(file) for file in files}
    return {**hashes, "(key of people)": People(source.root).fingerprint}


def settings_fingerprint(experiment: Experiment, source: Source) -> str:
    """SHA-256 of the experiment's and the source's settings, wherever they lie; but for what only pages or messages
    show."""
    both = [
        experiment.model_dump(mode="json", exclude={"root", "report", "messages"}),
        source.model_dump(mode="json", exclude={"root"}),
    ]
    return hashlib.sha256(json.dumps(both, sort_keys=True).encode()).hexdigest()


def code_fingerprint() -> str:
    """SHA-256 of the package's own source files."""
    root = Path(leadline.__file__).parent
    digest = hashlib.sha256()
    for file in sorted(root.rglob("*.py")):
        digest.update(file.relative_to(root).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()
