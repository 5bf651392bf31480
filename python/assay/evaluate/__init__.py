"""Per-token loss of models over frozen windows of text; importing it does not import torch.

``windows`` chooses the text and ``manifest`` freezes the choice, ``model`` gives each token's loss,
``evaluate`` tables them by window, ``run`` measures one run, ``runs`` all those of an output
folder, and ``pairs`` compares two. ``model`` and ``pairs`` import torch: import them by their own
names. Needs the extra ``train``.
"""

from assay.evaluate.evaluate import Summary, evaluate, summarise
from assay.evaluate.manifest import read_manifest, write_manifest
from assay.evaluate.run import ChosenSets, EvaluationSet, evaluate_run, read_windows
from assay.evaluate.runs import evaluate_runs
from assay.evaluate.windows import Windows

__all__ = [
    "ChosenSets",
    "EvaluationSet",
    "Summary",
    "Windows",
    "evaluate",
    "evaluate_run",
    "evaluate_runs",
    "read_manifest",
    "read_windows",
    "summarise",
    "write_manifest",
]
