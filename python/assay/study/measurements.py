"""Reads the table of measurements that the evaluate stage wrote."""

from __future__ import annotations

from dataclasses import dataclass

from assay.files import bytes_sha256, read_bytes
from assay.records import Measurement, parse_measurements
from assay.study.file import Study

__all__ = ["MeasurementTable", "read_measured"]


@dataclass(frozen=True)
class MeasurementTable:
    """The table of measurements that the evaluate stage wrote."""

    rows: list[Measurement]
    sha256: str
    """Digest of the file."""


def read_measured(study: Study) -> MeasurementTable:
    """Read what ``assay evaluate`` measured.

    Raises
    ------
    DataError
        If there is no such table, or it is damaged.
    """
    path = study.output.measurements

    def read() -> MeasurementTable:
        data = read_bytes(path, "assay evaluate")
        return MeasurementTable(parse_measurements(data, path), bytes_sha256(data))

    return study.output.once("measurements", [path], read)
