"""A causal language model whose token losses are taken without computing its logits.

The body of the model gives hidden states; ``assay.kernels.linear_token_loss`` does the rest with
the weight of the head. What a model does to its logits (softcap, scale) is read from its config,
and the whole is compared with the model's own logits on real tokens before it is believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import PreTrainedModel

from assay.base.describe import context_of
from assay.base.load import load_model  # handed on: whoever measures a model loads it first
from assay.corpus import IGNORED
from assay.errors import DataError
from assay.evaluate.losses import BINS
from assay.evaluate.windows import Window
from assay.kernels import DocumentSums, TokenLoss, linear_token_loss, segment_reduce

__all__ = ["TokenLossModel", "load_model"]

_SAMPLE_TOKENS = 32
_ALLOWED = 1e-3  # nats; float32 rounding is below 1e-4, a missed scale or softcap far above


class TokenLossModel:
    """Token losses of a causal language model, verified against the model's own logits."""

    def __init__(self, model: PreTrainedModel, sample: NDArray[np.int64]) -> None:
        """Wrap ``model``, and verify it on ``sample``, real tokens as long as any to come.

        Raises
        ------
        DataError
            If the model has no linear head, is not made for so many tokens, does not have the
            tokens of the text, or its own logits give other losses.
        """
        self._model = model
        self._kind = model.config.model_type
        self._head = _head(model)
        self._softcap, self._scale = _logit_chain(model)
        most = context_of(model.config.get_text_config())
        if most is not None and len(sample) > most:
            raise DataError(
                f"windows have {len(sample)} tokens and the model {self._kind} is made for "
                f"{most}: take windows of at most so many tokens"
            )
        self._verify(sample[:_SAMPLE_TOKENS])

    @torch.inference_mode()
    def losses(self, windows: Sequence[Window]) -> tuple[TokenLoss, Tensor]:
        """Compute the losses of some windows.

        The body of the model sees one window at a time, the head all of them: a window's losses
        do not depend on the others, to the last bit.

        Returns
        -------
        TokenLoss
            Statistics of the tokens 1 to L - 1 of each window, one window after the other; those
            of context tokens are ignored ones.
        Tensor
            End of each window in them, int64 [windows].
        """
        hidden, targets = [], []
        for window in windows:
            ids = self._tensor(window.tokens)
            hidden.append(self._hidden(ids))
            following = ids[1:].clone()
            following[: window.context - 1] = IGNORED
            targets.append(following)
        ends = torch.tensor([len(each) for each in targets]).cumsum(0)
        return self._head_losses(torch.cat(hidden), torch.cat(targets)), ends

    def sums(self, windows: Sequence[Window]) -> DocumentSums:
        """Sum the losses of each window.

        Raises
        ------
        ArgumentError
            If a loss is not finite.
        """
        loss, ends = self.losses(windows)
        text = torch.from_numpy(np.concatenate([window.token_bytes[1:] for window in windows]))
        return segment_reduce(loss, ends, token_bytes=text, bins=BINS)

    def _tensor(self, ids: NDArray[np.int64]) -> Tensor:
        if ids.max() >= len(self._head.weight):
            raise DataError(
                f"the text has token {ids.max()} and the model {self._kind} only "
                f"{len(self._head.weight)} tokens: tokenise with the tokenizer of the model"
            )
        return torch.from_numpy(np.ascontiguousarray(ids)).to(self._head.weight.device)

    def _hidden(self, ids: Tensor) -> Tensor:
        body = self._model.base_model(input_ids=ids[None], use_cache=False)
        hidden: Tensor = body.last_hidden_state[0, :-1]
        return hidden

    def _head_losses(self, hidden: Tensor, targets: Tensor) -> TokenLoss:
        return linear_token_loss(
            hidden,
            self._head.weight,
            targets,
            bias=self._head.bias,
            ignore_index=IGNORED,
            softcap=self._softcap,
            logit_scale=self._scale,
            return_stats=True,
        )

    @torch.inference_mode()
    def _verify(self, sample: NDArray[np.int64]) -> None:
        ids = self._tensor(sample)
        logits = self._model(input_ids=ids[None], use_cache=False).logits[0, :-1]
        own = nn.functional.cross_entropy(logits.double(), ids[1:], reduction="none")
        found = self._head_losses(self._hidden(ids), ids[1:]).nll
        difference = float((found - own).abs().max())
        allowed = _ALLOWED if logits.dtype == torch.float32 else 0.1  # 16-bit logits are coarse
        if not difference <= allowed:
            raise DataError(
                f"the losses of the model {self._kind} differ by {difference:.3g} nats from those "
                f"of its own logits (softcap {self._softcap}, scale {self._scale}): its head "
                "does something that is not supported"
            )


def _head(model: PreTrainedModel) -> nn.Linear:
    head = model.get_output_embeddings()
    if not isinstance(head, nn.Linear) or model.base_model is model:
        raise DataError(
            f"the head of the model {model.config.model_type} is {type(head).__name__}: "
            "a linear layer over the hidden states of its base model is expected"
        )
    return head


def _logit_chain(model: PreTrainedModel) -> tuple[float | None, float]:
    """Return softcap and scale of the logits, by the names that model families give them."""
    config: Any = model.config.get_text_config()
    softcap = getattr(config, "final_logit_softcapping", None)  # Gemma
    scale = getattr(config, "logit_scale", None)  # Cohere
    divisor = getattr(config, "logits_scaling", None)  # Granite
    factor = scale if isinstance(scale, int | float) else 1.0
    return softcap, factor / (divisor if isinstance(divisor, int | float) else 1.0)
