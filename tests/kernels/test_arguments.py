"""Wrong arguments: an error that names the argument and both shapes, never a wrong number."""

from typing import Any

import pytest
import torch

from assay.errors import AssayError
from assay.kernels import ArgumentError, linear_token_loss


def _arguments(**changes: Any) -> dict[str, Any]:
    good = {
        "hidden": torch.ones(3, 4),
        "weight": torch.ones(7, 4),
        "targets": torch.tensor([0, 6, -100]),
    }
    return {**good, **changes}


BAD = {
    "hidden [3, 5] does not fit weight [7, 4]": {"hidden": torch.ones(3, 5)},
    "hidden [2, 3, 4] does not fit weight [7, 4]": {"hidden": torch.ones(2, 3, 4)},
    "weight [0, 4] is empty, with hidden [3, 4]": {"weight": torch.ones(0, 4)},
    "targets [2] does not fit hidden [3, 4]": {"targets": torch.tensor([0, 1])},
    "bias [6] does not fit weight [7, 4]": {"bias": torch.ones(6)},
    "hidden [3, 4] is torch.float32 and weight [7, 4] is torch.bfloat16": {
        "weight": torch.ones(7, 4, dtype=torch.bfloat16)
    },
    "hidden [3, 4] is torch.float64": {
        "hidden": torch.ones(3, 4).double(),
        "weight": torch.ones(7, 4).double(),
    },
    "targets [3] is torch.float32": {"targets": torch.ones(3)},
    "bias [7] is torch.int64": {"bias": torch.ones(7, dtype=torch.int64)},
    "weight [7, 4] is on meta and hidden [3, 4] on cpu": {
        "weight": torch.ones(7, 4, device="meta")
    },
    "valid_vocab is 8 with weight [7, 4]": {"valid_vocab": 8},
    "valid_vocab is 0 with weight [7, 4]": {"valid_vocab": 0},
    "softcap is 0.0": {"softcap": 0.0},
    "logit_scale is inf": {"logit_scale": float("inf")},
    "ignore_index is 3, a token": {"ignore_index": 3},
    'backend is "cuda": expected one of auto, blocks, fast, triton': {"backend": "cuda"},
    "targets[1] is 6: expected 0 to 4, or ignore_index -100, with targets [3] and weight [7, 4]": {
        "valid_vocab": 5
    },
    "targets[2] is -1": {"targets": torch.tensor([0, 1, -1])},
    'backend is "fast" and hidden [3, 4], weight [7, 4] or bias requires a gradient': {
        "backend": "fast",
        "hidden": torch.ones(3, 4, requires_grad=True),
    },
    "hidden has values that are not finite: row 1 of hidden [3, 4] with weight [7, 4]": {
        "hidden": torch.tensor([[0.0] * 4, [1.0, float("nan"), 0.0, 0.0], [0.0] * 4])
    },
    "weight or bias has values that are not finite: row 0": {
        "weight": torch.full((7, 4), float("inf"))
    },
}


@pytest.mark.parametrize("message", BAD)
def test_bad_argument_is_named(message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        linear_token_loss(**_arguments(**BAD[message]))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, AssayError)
    assert isinstance(caught.value, ValueError)
    assert caught.value.exit_code == 2


def test_good_arguments_pass() -> None:
    loss = linear_token_loss(**_arguments())
    torch.testing.assert_close(loss.nll, torch.tensor([7.0, 7.0, 1.0]).log())


def test_triton_needs_a_card_or_the_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRITON_INTERPRET")
    with pytest.raises(ArgumentError, match='backend is "triton" and the tensors are on cpu'):
        linear_token_loss(**_arguments(backend="triton"))


@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
def test_triton_marks_what_it_cannot_raise_for() -> None:
    hidden = torch.ones(4, 4)
    hidden[3, 0] = float("inf")
    targets = torch.tensor([0, 7, -1, 0])
    nll = linear_token_loss(hidden, torch.ones(7, 4), targets, backend="triton").nll
    assert torch.isfinite(nll).tolist() == [True, False, False, False]
    assert torch.isnan(nll).tolist() == [False, True, True, True]
