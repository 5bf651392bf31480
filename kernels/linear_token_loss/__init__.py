"""Per-token loss straight from hidden states and head weight: the logits are never stored.

``loss`` holds the public function, ``arguments`` what may be asked of it, and ``reference`` its
definition in float64. ``torch_blocks`` computes it in plain torch, ``triton_impl`` in Triton and
``hopper`` in Triton for sm_90, with the tile sizes of ``tiles``. The gradients are those of
``gradients`` in torch and ``backward_waves`` in Triton.
"""

from ..errors import ArgumentError
from .loss import TokenLoss, linear_token_loss

__all__ = ["ArgumentError", "TokenLoss", "linear_token_loss"]
