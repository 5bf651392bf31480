"""The cases must catch a kernel that is wrong: each mutation of the source has to fail them."""

import importlib.util
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pytest
import torch

from assay.kernels.linear_token_loss import (
    backward_waves,
    gradients,
    hopper,
    shared,
    torch_blocks,
    triton_impl,
)
from check.cases import CASES, Case, worst_error

SHARED = {
    "maximum starts at zero": ("(ROWS,), -1e30, tl.float32)", "(ROWS,), 0.0, tl.float32)"),
    "sum not rescaled": ("return shrink * total + tl.sum(p, 1)", "return total + tl.sum(p, 1)"),
    "target off by one": ("columns[None, :] == target", "columns[None, :] + 1 == target"),
    "entropy without its shift": ("(moment + shift * total) + tl.sum", "moment + tl.sum"),
    "squares rescaled once": ("shrink * shrink * squares + tl.sum", "shrink * squares + tl.sum"),
    "softcap without its series": ("tl.where(a < 0.1, near, far)", "near"),
    "last of the depth dropped": ("k + depth < dim", "k + depth < dim - 1"),
    "scale dropped": ("z = z * scale", "z = z"),
}
TRITON = {
    "mask of the last tile dropped": ("tl.where((columns < n_vocab)[None, :], z, -1e30)", "z"),
    "merge not rescaled": (
        "total = shrink * total + part_shrink * part_total",
        "total = total + part_total",
    ),
    "merge skips the last range": ("range(0, n_ranges)", "range(0, n_ranges - 1)"),
    "range skips its last tile": ("range(first, last)", "range(first, tl.maximum(last - 1, 1))"),
    "target stored by every range": ("mask=inside & here", "mask=inside"),
    "ignored rows counted": ("tl.where(target == ignore_index, 0.0, nll)", "nll"),
    "merged entropy without its shift": ("part_moment + part_shift * part_total", "part_moment"),
    "last rows not clamped": ("tl.minimum(rows, n_tokens - 1)", "(rows * 0)"),
}
HOPPER = {
    "mask of the last tile dropped": ("tl.where((columns < n_vocab)[None, :], z, -1e30)", "z"),
    "range skips its last tile": (
        "tl.range(first, last",
        "tl.range(first, tl.maximum(last - 1, 1)",
    ),
    "target of another tile": ("columns = column + tl", "columns = column + VOCAB + tl"),
    "shift in nats": ("top * _LOG2E - top2", "top - new_top"),
    "entropy in bits": ("moment * _LN2", "moment"),
    "last of the depth dropped": ("range(0, dim, DEPTH)", "range(0, dim - DEPTH, DEPTH)"),
    "exponential of another base": ("tl.exp2(u)", "tl.exp(u)"),
}
BLOCKS = {
    "maximum starts at zero": ("_LOWEST = -1e30", "_LOWEST = 0.0"),
    "sum not rescaled": ("scale * self.sum + p", "self.sum + p"),
    "target off by one": ("(self.targets - place.start)", "(self.targets + 1 - place.start)"),
    "target of another block": ("(self.targets >= place.start)", "(self.targets >= 0)"),
    "entropy without its shift": ("(self.moment + shift * self.sum)", "self.moment"),
    "squares rescaled once": ("scale.square() * self.squares", "scale * self.squares"),
    "ignored rows counted": (".masked_fill(ignored, 0.0)", ""),
    "scale after the softcap": ("if self._options.logit_scale != 1.0", "if False"),
}
WAVES = {
    "target off by one": ("columns[None, :] == target", "columns[None, :] + 1 == target"),
    "softcap's slope dropped": ("dz = dz * (1.0 - capped * capped)", "dz = dz"),
    "scale dropped": ("dz = dz * scale", "dz = dz"),
    "entropy dropped": ("factor = factor - entropy_factor", "factor = factor - 0 * entropy_factor"),
    "waves not summed": (
        "_accumulated(d_weight[:vocab], dz",
        "d_weight[:vocab] = _accumulated(None, dz",
    ),
    "bias not summed": ("d_bias[:vocab] += dz", "d_bias[:vocab] = dz"),
}
Mutate = Callable[[ModuleType, str, str], ModuleType]
# The interpreter takes its time; two blocks of the vocabulary matter to the block path alone.
QUICK = [case for case in CASES if case.tokens < 100 and case.vocab < 4000]


@pytest.fixture
def mutate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mutate:
    """Return a function that imports a module with one piece of its source replaced."""

    def mutated(module: ModuleType, old: str, new: str) -> ModuleType:
        return _mutant(module, old, new, tmp_path, monkeypatch)

    return mutated


def _mutant(
    module: ModuleType, old: str, new: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> ModuleType:
    source = Path(str(module.__file__)).read_text()
    assert source.count(old) == 1, f"{old!r} occurs {source.count(old)} times"
    package, _, name = module.__name__.rpartition(".")
    path = folder / f"mutant_{name}.py"
    path.write_text(source.replace(old, new))
    # In the same package: what it imports is found from there.
    spec = importlib.util.spec_from_file_location(f"{package}.{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    mutant = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, mutant)
    spec.loader.exec_module(mutant)
    return mutant


def _caught(module: ModuleType, cases: Sequence[Case]) -> bool:
    return any(worst_error(module.forward, case) > 1.0 for case in cases)


@pytest.mark.parametrize("name", TRITON)
@pytest.mark.filterwarnings("ignore:.*encountered in:RuntimeWarning")
def test_wrong_triton_kernel_is_caught(name: str, mutate: Mutate) -> None:
    assert _caught(mutate(triton_impl, *TRITON[name]), QUICK)


@pytest.mark.parametrize("name", SHARED)
@pytest.mark.filterwarnings("ignore:.*encountered in:RuntimeWarning")
def test_wrong_part_of_triton_kernels_is_caught(
    name: str, mutate: Mutate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, shared.__name__, mutate(shared, *SHARED[name]))
    assert _caught(mutate(triton_impl, "_SPLITS = 12", "_SPLITS = 12"), QUICK)


@pytest.mark.parametrize("name", HOPPER)
@pytest.mark.filterwarnings("ignore:.*encountered in:RuntimeWarning")
def test_wrong_kernel_for_sm_90_is_caught(name: str, mutate: Mutate) -> None:
    # Two tiles a range, with rising and with falling logits.
    two = [Case(name="", tokens=5, vocab=1700, depth=16, bias=(a, -a)) for a in (-6.0, 6.0)]
    cases = [*(case for case in QUICK if case.depth % 8 == 0), *two]
    assert _caught(mutate(hopper, *HOPPER[name]), cases)


@pytest.mark.parametrize("name", BLOCKS)
def test_wrong_block_path_is_caught(name: str, mutate: Mutate) -> None:
    assert _caught(mutate(torch_blocks, *BLOCKS[name]), CASES)


def _gradient_error(module: ModuleType) -> float:
    """Return the largest difference to the gradients by blocks, over four waves and all options."""
    case = Case(
        name="", tokens=60, vocab=150, depth=12, bias=(-1.0, 1.0), softcap=4.0, logit_scale=0.7
    )
    problem = case.build()
    outputs = torch_blocks.forward(problem)
    forward = gradients.Forward(outputs.lse, outputs.lse_rest, outputs.entropy)
    factors = torch.randn(4, 60, generator=torch.Generator().manual_seed(1))
    arguments = (problem, forward, gradients.Upstream(*factors))
    module.WAVE = 16
    pairs = zip(module.backward(*arguments), gradients.backward(*arguments), strict=True)
    return max(float((found - expected).abs().max()) for found, expected in pairs)


def test_gradients_by_waves_equal_those_by_blocks(mutate: Mutate) -> None:
    assert _gradient_error(mutate(backward_waves, "WAVE = 1024", "WAVE = 1024")) <= 1e-4


@pytest.mark.parametrize("name", WAVES)
def test_wrong_gradient_kernel_is_caught(name: str, mutate: Mutate) -> None:
    assert _gradient_error(mutate(backward_waves, *WAVES[name])) > 1e-3
