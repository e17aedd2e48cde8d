"""What the figures were measured on."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("duckdb", "narwhals", "pandas", "numpy", "pyarrow")


def machine() -> list[str]:
    """Processor, memory, system and versions, a line each."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return [
        f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GB of memory, {platform.system()} {platform.machine()}",
        f"Python {platform.python_version()}, {versions}",
        "featuretools in an environment of its own: " + ", ".join(_pins()),
    ]


def _processor() -> str:
    """The processor's name, as Linux gives it."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unnamed"


def _pins() -> list[str]:
    lines = Path(__file__).with_name("featuretools.txt").read_text().splitlines()
    return [line.replace("==", " ") for line in lines if line and not line.startswith("#")]
