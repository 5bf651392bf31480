"""The corpus engine from Python: recipes over files, stages over tables, token stores."""

from assay.corpus.prepare import filters, prepare, read_manifest, verify
from assay.corpus.stages import Stages
from assay.corpus.store import TokenStore

__all__ = ["Stages", "TokenStore", "filters", "prepare", "read_manifest", "verify"]
