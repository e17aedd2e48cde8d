"""Spark as an engine, for logs too large for one process: pyspark and Java are wanted only where it is used."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

import narwhals as nw
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from leadline.features.engine import Engine, Frame
from leadline.problem import Problem

OLDEST_JAVA = 17
MEND = f"install it with `pip install leadline[spark]`, and Java {OLDEST_JAVA} or newer"

FUNCTIONS = "org.apache.spark.sql.functions"
JAVA_OPTIONS = "spark.driver.extraJavaOptions"
NULLABLE: dict[pa.DataType, Any] = {pa.int32(): pd.Int32Dtype(), pa.int64(): pd.Int64Dtype()}

# what every session has: instants are naive UTC with microseconds, as on the other engines
ALWAYS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.ui.showConsoleProgress": "false",
}
# what LEADLINE_SPARK_CONF may change
DEFAULTS = {
    "spark.ui.enabled": "false",
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "10000",
    # a stack trace noted for every column operation: seconds on plans of hundreds of columns
    "spark.python.sql.dataFrameDebugging.enabled": "false",
}
# on one machine: few small partitions, and no look-up of the machine's own name
LOCAL = {
    "spark.sql.shuffle.partitions": str(os.cpu_count() or 1),
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}
# errors only; the second logger is that of interactive use, which otherwise announces its level
LOGGING = """
rootLogger.level = error
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
logger.shell.name = org.apache.spark.api.python.PythonGatewayServer
logger.shell.level = error
"""


class SparkEngine:
    """Narwhals frames on Spark; all it holds is Parquet in one folder, which `close` removes.

    On a cluster the folder must be one that every machine sees: give it, or set LEADLINE_SPARK_FOLDER.
    """

    def __init__(self, session: Any = None, folder: Path | None = None) -> None:
        self.session = session or spark_session()
        parent = folder or os.environ.get("LEADLINE_SPARK_FOLDER")
        Path(parent or ".").mkdir(parents=True, exist_ok=True)
        self._folder = Path(tempfile.mkdtemp(prefix="leadline-spark-", dir=parent))
        self._numbers = count()

    def table(self, frame: pd.DataFrame) -> Frame:
        """A small pandas frame on Spark; its schema is told, for Spark reads it from a file by a job of its own."""
        from pyspark.sql.pandas.types import from_arrow_schema

        file = self._next()
        given = pa.Table.from_pandas(frame, preserve_index=False)
        pq.write_table(given, file, coerce_timestamps="us", allow_truncated_timestamps=True)
        schema = from_arrow_schema(given.schema, prefer_timestamp_ntz=True)
        return nw.from_native(self.session.read.schema(schema).parquet(str(file)))

    def keep(self, frame: Frame) -> Frame:
        """The same frame, computed once and read many times; its plan begins anew with the files."""
        return self.write(frame, self._next())

    def take(self, frame: Frame) -> Frame:
        """The same frame: no engine comes before this one."""
        return frame

    def collect(self, frame: Frame) -> pd.DataFrame:
        """The result as pandas: for small results."""
        return as_pandas(frame.to_native().toArrow())

    def in_microseconds(self, frame: Frame) -> Frame:
        """Every instant as microseconds since 1970: by Spark's own function, for Narwhals has none for it there."""
        from pyspark.sql import functions as f

        native = frame.to_native()
        instants = [field.name for field in native.schema if field.dataType.typeName().startswith("timestamp")]
        return nw.from_native(native.withColumns({n: f.unix_micros(f.col(n).cast("timestamp")) for n in instants}))

    def after_cells(self) -> Engine:
        """Itself: what is made of cells may outgrow one machine too."""
        return self

    def write(self, frame: Frame, path: Path) -> Frame:
        """Write one Parquet dataset (a folder of part files) in place of what lay there; the frame that reads it."""
        native = frame.to_native()
        native.write.mode("overwrite").parquet(str(path))
        return nw.from_native(self.session.read.schema(native.schema).parquet(str(path)))

    def read(self, path: Path) -> Frame:
        """A Parquet file, or a folder of them."""
        return nw.from_native(self.session.read.parquet(str(path)))

    def close(self) -> None:
        """Remove what it holds; the session stays, for starting one takes seconds."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _next(self) -> Path:
        return self._folder / f"kept_{next(self._numbers)}"


def as_pandas(table: pa.Table) -> pd.DataFrame:
    """Arrow as the other engines give it: instants naive, and whole numbers whole where some are missing."""
    found: pd.DataFrame = table.to_pandas()
    zoned = {str(name): found[name].dt.tz_localize(None) for name in found.select_dtypes("datetimetz")}
    with_blanks = [f.name for f in table.schema if f.type in NULLABLE and table[f.name].null_count]
    whole: dict[str, pd.Series] = {name: table[name].to_pandas(types_mapper=NULLABLE.get) for name in with_blanks}
    return found.assign(**{**zoned, **whole})


def spark_session() -> Any:
    """The process's Spark session, built from the environment where there is none; a Problem where it cannot be.

    LEADLINE_SPARK_MASTER names the master (default local[*]); LEADLINE_SPARK_CONF sets anything else, as
    "spark.executor.memory=4g;spark.sql.shuffle.partitions=64".
    """
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise Problem(f"Spark is asked for and pyspark is not here; {MEND}.") from None
    if SparkSession.getActiveSession() is None:
        _refuse_old_java(java_version())
    master = os.environ.get("LEADLINE_SPARK_MASTER") or "local[*]"
    given = _settings_of(master, settings(os.environ.get("LEADLINE_SPARK_CONF", "")))
    try:
        session = _started(SparkSession.builder.master(master).appName("leadline"), given)
    except (PySparkException, OSError) as error:
        first = str(error).strip().splitlines()[0]
        raise Problem(f"Spark does not start on {master} ({first}); see LEADLINE_SPARK_MASTER and _CONF.") from None
    session.sparkContext.setLogLevel("ERROR")
    _remember_functions(session.sparkContext._jvm)
    if master.startswith("local"):  # workers run in the environment that has Leadline, not in the first python3
        session.sparkContext.pythonExec = os.environ.get("PYSPARK_PYTHON") or sys.executable
    return session


class _Remembered:
    """Java's members, each asked for once."""

    def __init__(self, java: Any) -> None:
        self._java = java

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._java, name)
        setattr(self, name, found)
        return found


def _remember_functions(jvm: Any) -> None:
    """pyspark looks each SQL function up in Java at each use: half of all its calls, and seconds of every plan."""
    if not isinstance(getattr(jvm, FUNCTIONS), _Remembered):
        setattr(jvm, FUNCTIONS, _Remembered(getattr(jvm, FUNCTIONS)))


def settings(text: str) -> dict[str, str]:
    """Spark settings from "name=value;name=value"; a Problem names one that is not of that form."""
    pairs = [part.strip().partition("=") for part in text.split(";") if part.strip()]
    wrong = [name for name, equals, _ in pairs if not equals or not name.startswith("spark.")]
    if wrong:
        raise Problem(f"LEADLINE_SPARK_CONF: {wrong[0]} is no Spark setting; write spark.name=value, with ; between.")
    return {name.strip(): value.strip() for name, _, value in pairs}


def java_version() -> int | None:
    """The major version of the Java that Spark would start; None where there is none."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else "java"
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(found[1]) if found else None


def _refuse_old_java(version: int | None) -> None:
    if version is None or version < OLDEST_JAVA:
        there = "there is none" if version is None else f"Java {version} is here"
        raise Problem(
            f"Spark needs Java {OLDEST_JAVA} or newer and {there}; install it (on Debian: apt-get install "
            f"openjdk-{OLDEST_JAVA}-jre-headless), or name its folder in JAVA_HOME."
        )


def _settings_of(master: str, given: dict[str, str]) -> dict[str, str]:
    return DEFAULTS | (LOCAL if master.startswith("local") else {}) | given | ALWAYS


def _started(builder: Any, settings: dict[str, str]) -> Any:
    """Java reads from a file what to log, before anybody can tell it otherwise."""
    with tempfile.TemporaryDirectory(prefix="leadline-log4j-") as folder:
        file = Path(folder) / "log4j2.properties"
        file.write_text(LOGGING, encoding="utf-8")
        options = f"-Dlog4j2.configurationFile={file.as_uri()} {settings.get(JAVA_OPTIONS, '')}"
        for name, value in (settings | {JAVA_OPTIONS: options.strip()}).items():
            builder = builder.config(name, value)
        return builder.getOrCreate()
