"""The corpus engine from Python: recipes over files, stages over tables, training sequences."""

from assay.corpus.mixture import Mixture, MixtureSource, TrainingSequence
from assay.corpus.packing import IGNORED, Concatenated, Packed, sequence_count
from assay.corpus.prepare import filters, prepare, read_manifest, verify
from assay.corpus.stages import Stages
from assay.corpus.store import TokenArray, TokenStore

__all__ = [
    "IGNORED",
    "Concatenated",
    "Mixture",
    "MixtureSource",
    "Packed",
    "Stages",
    "TokenArray",
    "TokenStore",
    "TrainingSequence",
    "filters",
    "prepare",
    "read_manifest",
    "sequence_count",
    "verify",
]
