"""The corpus engine from Python: recipes over files, stages over tables, training sequences."""

from assay.corpus.manifest import (
    Manifest,
    Overlap,
    Prepared,
    SourceReport,
    StoreHeader,
    TokenizerReport,
    read_manifest,
)
from assay.corpus.mixture import Mixture, MixtureSource
from assay.corpus.packing import Concatenated, Packed, sequence_count
from assay.corpus.prepare import filters, prepare, verify
from assay.corpus.sequence import IGNORED, TrainingSequence
from assay.corpus.stages import Stages
from assay.corpus.store import TokenArray, TokenStore

__all__ = [
    "IGNORED",
    "Concatenated",
    "Manifest",
    "Mixture",
    "MixtureSource",
    "Overlap",
    "Packed",
    "Prepared",
    "SourceReport",
    "Stages",
    "StoreHeader",
    "TokenArray",
    "TokenStore",
    "TokenizerReport",
    "TrainingSequence",
    "filters",
    "prepare",
    "read_manifest",
    "sequence_count",
    "verify",
]
