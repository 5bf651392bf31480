"""The state of a run on disk: weights, optimizer, cursor and random numbers, in one file.

The file is replaced by one rename, so a reader finds a whole state, whenever the writer died.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor, nn

from assay.errors import DataError
from assay.files import write_atomic

__all__ = [
    "Cursor",
    "load_optimizer",
    "load_state",
    "optimizer_tensors",
    "save_state",
    "write_tensors",
]

_KINDS = ("exp_avg", "exp_avg_sq", "step")
_RNG = "rng"
_CURSOR = "cursor"
_WEIGHT = "weight"


@dataclass(frozen=True)
class Cursor:
    """How far a run is."""

    step: int = 0
    """Updates done."""
    seconds: float = 0.0
    """Time that the updates took, over all interruptions."""
    cpu_seconds: float = 0.0
    """CPU time of all threads over the same updates."""


def save_state(
    path: Path, model: nn.Module, optimizer: torch.optim.Optimizer, cursor: Cursor
) -> None:
    """Write everything that the rest of a run depends on."""
    tensors = {f"{_WEIGHT}/{name}": p.detach() for name, p in model.named_parameters()}
    tensors |= optimizer_tensors(model, optimizer)
    tensors[_RNG] = torch.get_rng_state()
    tensors[_CURSOR] = torch.tensor(astuple(cursor), dtype=torch.float64)
    write_tensors(path, tensors)


def load_state(path: Path, model: nn.Module, optimizer: torch.optim.Optimizer) -> Cursor:
    """Restore what :func:`save_state` wrote into the model, the optimizer and torch's generator.

    Returns
    -------
    Cursor
        Where the run goes on: at its beginning where there is no file.

    Raises
    ------
    DataError
        If the file is damaged or belongs to another model.
    """
    if not path.exists():
        return Cursor()
    tensors = _read(path)
    weights = []
    for name, parameter in model.named_parameters():
        weight = tensors.get(f"{_WEIGHT}/{name}")
        if weight is None or weight.shape != parameter.shape:
            raise _of_another_model(path, f"weight that fits {name}")
        if any(f"{kind}/{name}" in tensors for kind in _KINDS):
            _set_moments(path, tensors, optimizer, name, parameter)
        else:
            optimizer.state.pop(parameter, None)
        weights.append((parameter, weight))
    with torch.no_grad():
        for parameter, weight in weights:
            parameter.copy_(weight)
    torch.set_rng_state(tensors[_RNG])
    step, seconds, cpu_seconds = tensors[_CURSOR].tolist()
    return Cursor(int(step), seconds, cpu_seconds)


def optimizer_tensors(model: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Return what AdamW keeps: moments and the number of updates, by parameter name.

    It keeps nothing of a parameter that had no gradient yet, such as one that the loss never
    reaches.
    """
    return {
        f"{kind}/{name}": optimizer.state[parameter][kind]
        for name, parameter in model.named_parameters()
        for kind in _KINDS
        if parameter in optimizer.state
    }


def load_optimizer(path: Path, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    """Give AdamW the state kept in a file that holds :func:`optimizer_tensors`.

    Raises
    ------
    DataError
        If the file is damaged or belongs to another model.
    """
    tensors = _read(path)
    for name, parameter in model.named_parameters():
        _set_moments(path, tensors, optimizer, name, parameter)


def write_tensors(path: Path, tensors: dict[str, Tensor]) -> None:
    """Write tensors as one safetensors file, atomically."""
    write_atomic(path, save(tensors))


def _set_moments(
    path: Path,
    tensors: dict[str, Tensor],
    optimizer: torch.optim.Optimizer,
    name: str,
    parameter: nn.Parameter,
) -> None:
    state = {kind: tensors.get(f"{kind}/{name}") for kind in _KINDS}
    moment = state["exp_avg"]
    if moment is None or moment.shape != parameter.shape:
        raise _of_another_model(path, f"optimizer state that fits {name}")
    optimizer.state[parameter] = state


def _of_another_model(path: Path, missing: str) -> DataError:
    return DataError(
        f"{path} has no {missing}: it belongs to another model, delete it and run the same "
        "command again"
    )


def _read(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except SafetensorError as error:
        raise DataError(
            f"{path} is damaged ({error}): delete it and run the same command again"
        ) from error
