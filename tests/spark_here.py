"""Spark for the tests: one session for all of them, on two threads."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from leadline.features.spark import SparkEngine
from leadline.problem import Problem

# small tables: compiling for speed costs more than it saves
QUICK = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


@contextmanager
def spark_engine() -> Iterator[SparkEngine]:
    """An engine of its own on the one session; the test is skipped, and says why, where Spark is not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEADLINE_SPARK_MASTER", "local[2]")
        patch.setenv("LEADLINE_SPARK_CONF", ";".join(f"{name}={value}" for name, value in QUICK.items()))
        try:
            engine = SparkEngine()
        except Problem as problem:
            pytest.skip(f"SPARK NOT TESTED: {problem}")
    try:
        yield engine
    finally:
        engine.close()
