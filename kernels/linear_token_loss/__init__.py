"""Per-token loss straight from hidden states and head weight: the logits are never stored.

``reference`` is the definition in float64; ``blocks`` computes it in torch by vocabulary blocks,
``triton_impl`` in Triton by vocabulary splits, ``hopper`` the same for sm_90; ``gradients`` and, in
Triton, ``waves`` recompute the logits backward.
"""

from assay.kernels.linear_token_loss.arguments import ArgumentError
from assay.kernels.linear_token_loss.loss import TokenLoss, linear_token_loss

__all__ = ["ArgumentError", "TokenLoss", "linear_token_loss"]
