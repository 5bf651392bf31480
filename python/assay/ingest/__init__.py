"""Tables of results from anywhere, read into one small columnar record."""

from assay.ingest.read import read_runs
from assay.ingest.runs import Runs

__all__ = ["Runs", "read_runs"]
