"""Per-token loss of models over frozen windows of text; importing it does not import torch.

``windows`` chooses the text, ``model`` gives each token's loss, ``evaluate`` sums them by window,
``run`` measures one run, ``stage`` all those of a study. Needs the extra ``train``.
"""

from assay.evaluate.evaluate import Summary, evaluate, summarise
from assay.evaluate.run import EvaluationSet, evaluate_run
from assay.evaluate.stage import evaluate_runs, evaluate_study
from assay.evaluate.windows import Windows

__all__ = [
    "EvaluationSet",
    "Summary",
    "Windows",
    "evaluate",
    "evaluate_run",
    "evaluate_runs",
    "evaluate_study",
    "summarise",
]
