"""Stages of the corpus engine inside the packages that map functions over tables."""

import sys

import pyarrow as pa
import pytest

from assay.corpus import Stages

# What these packages warn of is theirs to mend.
pytestmark = pytest.mark.filterwarnings("default")

LENGTH = {"rule": "length", "min_words": 3}


@pytest.fixture
def table():
    """Four documents, of which the second is too short."""
    texts = ["a house by the sea", "short", "A house, by the sea!", "another house on the hill"]
    return pa.table({"id": ["a", "b", "c", "d"], "text": texts})


def test_datasets_map_stages(table):
    datasets = pytest.importorskip("datasets")
    dataset = datasets.Dataset(table)
    mapped = dataset.with_format("arrow").map(Stages(filters=[LENGTH]), batched=True, batch_size=2)
    assert list(mapped.with_format(None)["id"]) == ["a", "c", "d"]


def test_ray_maps_stages(table):
    ray = pytest.importorskip("ray")
    ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False)
    try:
        dataset = ray.data.from_arrow(table)
        mapped = dataset.map_batches(Stages(filters=[LENGTH]), batch_format="pyarrow")
        assert sorted(row["id"] for row in mapped.take_all()) == ["a", "c", "d"]
    finally:
        ray.shutdown()


def test_spark_maps_stages(table, monkeypatch):
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    sql = pytest.importorskip("pyspark.sql")
    spark = sql.SparkSession.builder.master("local[1]").getOrCreate()
    try:
        frame = spark.createDataFrame(table.to_pylist())
        mapped = frame.mapInArrow(Stages(filters=[LENGTH]).batches, frame.schema)
        assert sorted(row["id"] for row in mapped.collect()) == ["a", "c", "d"]
    finally:
        spark.stop()
