"""Per-token loss of models over frozen windows of text; importing it does not import torch.

``windows`` chooses the text and ``manifest`` freezes the choice, ``model`` gives each token's loss,
``losses`` tables them by window and ``statistics`` says what a table means. ``run`` measures one
run, ``runs`` all those of an output folder, and ``pairs`` compares two. ``model`` imports torch:
import it by its own name. Needs the extra ``train``.
"""

from assay.evaluate.losses import evaluate
from assay.evaluate.manifest import read_manifest, write_manifest
from assay.evaluate.run import ChosenSets, EvaluationSet, evaluate_run, read_windows
from assay.evaluate.runs import evaluate_runs
from assay.evaluate.statistics import (
    Difference,
    Estimate,
    Summary,
    paired_difference,
    summarise,
)
from assay.evaluate.windows import Windows

__all__ = [
    "ChosenSets",
    "Difference",
    "Estimate",
    "EvaluationSet",
    "Summary",
    "Windows",
    "evaluate",
    "evaluate_run",
    "evaluate_runs",
    "paired_difference",
    "read_manifest",
    "read_windows",
    "summarise",
    "write_manifest",
]
