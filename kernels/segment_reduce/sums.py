"""Sums of token losses over each document."""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Tensor

from ..errors import ArgumentError
from ..linear_token_loss.loss import TokenLoss

__all__ = ["DocumentSums", "segment_reduce"]


@dataclass(frozen=True, kw_only=True)
class DocumentSums:
    """Sums over the predicted tokens of each of N documents; on the CPU, int64 or float64."""

    domain: Tensor
    """Number of the domain that each document belongs to, [N]."""
    tokens: Tensor
    """Predicted tokens, [N]."""
    nats: Tensor
    """Sum of the losses, [N]."""
    bytes: Tensor
    """Bytes of text that the predicted tokens cover, [N]; 0 where they were not given."""
    right: Tensor
    """Tokens that were the most likely one, [N]."""
    brier: Tensor
    """Sum of Brier scores, sum over words of (p - [is target])^2, [N]."""
    bin_tokens: Tensor
    """Tokens in each bin of confidence, [N, bins]."""
    bin_confidence: Tensor
    """Sum of the confidence, the probability of the most likely word, in each bin, [N, bins]."""
    bin_right: Tensor
    """Right tokens in each bin, [N, bins]."""

    def __len__(self) -> int:
        """Return the number of documents."""
        return len(self.tokens)

    @classmethod
    def join(cls, parts: list[DocumentSums]) -> DocumentSums:
        """Put the documents of several sums one after the other."""
        return cls(**{f.name: torch.cat([getattr(p, f.name) for p in parts]) for f in fields(cls)})


def segment_reduce(
    loss: TokenLoss,
    document_ends: Tensor,
    *,
    domain: Tensor | None = None,
    token_bytes: Tensor | None = None,
    bins: int = 15,
) -> DocumentSums:
    """Sum token losses over documents, in float64 and in the order of the tokens.

    A document's sums do not depend on the other documents, nor on how tokens came in batches, to
    the last bit. Tokens whose target was ignored do not count.

    Parameters
    ----------
    loss
        Statistics of T tokens from :func:`linear_token_loss`, with ``return_stats``.
    document_ends
        End (exclusive) of each document in the tokens, ascending, the last is T; int64 [N].
    domain
        Number of each document's domain, int64 [N]; all 0 by default.
    token_bytes
        Bytes of text that each token covers, integers [T]; 0 by default.
    bins
        Bins of confidence, equally wide; the upper edge belongs to a bin (Guo et al. 2017).

    Returns
    -------
    DocumentSums
        Sums of each document, on the CPU.

    Raises
    ------
    ArgumentError
        If shapes do not fit, ends do not ascend to T, ``sum_p2`` is missing, there are no bins,
        or a loss is not finite.
    """
    if bins < 1:
        raise ArgumentError(f"bins is {bins}: expected at least 1")
    if loss.sum_p2 is None:
        raise ArgumentError("loss has no sum_p2: call linear_token_loss with return_stats=True")
    ends = _checked_ends(document_ends, len(loss.nll))
    domain = _integers("domain", domain, len(ends), "documents")
    token_bytes = _integers("token_bytes", token_bytes, len(loss.nll), "tokens")
    nll, lse, target, top, squares = (
        column.detach().double().cpu()
        for column in (loss.nll, loss.lse, loss.target_logit, loss.max_logit, loss.sum_p2)
    )
    used = target > -torch.inf
    _check_losses(nll, used)
    right = (target >= top) & used
    confidence = (top - lse).exp()
    place = torch.ceil(confidence * bins).clamp(1, bins).long() - 1
    in_bin = torch.nn.functional.one_hot(place, bins).bool() & used[:, None]
    brier = 1.0 - 2.0 * (-nll).exp() + squares

    def summed(values: Tensor, where: Tensor = used) -> Tensor:
        return _sum_by_document(torch.where(where, values, 0).to(torch.float64), ends)

    def counted(values: Tensor, where: Tensor = used) -> Tensor:
        return summed(values, where).long()  # exact: integers below 2^53

    ones = torch.ones_like(nll)
    return DocumentSums(
        domain=domain,
        tokens=counted(ones),
        nats=summed(nll),
        bytes=counted(token_bytes),
        right=counted(ones, right),
        brier=summed(brier),
        bin_tokens=counted(ones[:, None], in_bin),
        bin_confidence=summed(confidence[:, None], in_bin),
        bin_right=counted(ones[:, None], in_bin & right[:, None]),
    )


def _sum_by_document(values: Tensor, ends: Tensor) -> Tensor:
    """Sum rows [T, ...] up to each end, one row after the other."""
    if not len(values):
        return values.new_zeros(len(ends), *values.shape[1:])
    lengths = ends.diff(prepend=ends.new_zeros(1))
    return torch.segment_reduce(values, "sum", lengths=lengths, unsafe=True, initial=0)


def _checked_ends(ends: Tensor, tokens: int) -> Tensor:
    if ends.ndim != 1 or ends.dtype != torch.int64:
        raise ArgumentError(
            f"document_ends {list(ends.shape)} is {ends.dtype}: expected int64 [N], with loss "
            f"[{tokens}]"
        )
    ends = ends.cpu()
    last = int(ends[-1]) if len(ends) else 0
    if last != tokens or bool((ends.diff(prepend=ends.new_zeros(1)) < 0).any()):
        raise ArgumentError(
            f"document_ends {list(ends.shape)} ends at {last}: expected ends that ascend to the "
            f"{tokens} tokens of loss [{tokens}]"
        )
    return ends


def _integers(name: str, values: Tensor | None, count: int, of: str) -> Tensor:
    if values is None:
        return torch.zeros(count, dtype=torch.int64)
    if list(values.shape) != [count] or values.is_floating_point() or values.is_complex():
        raise ArgumentError(
            f"{name} {list(values.shape)} is {values.dtype}: expected integers [{count}], one for "
            f"each of the {count} {of}"
        )
    return values.cpu().long()


def _check_losses(nll: Tensor, used: Tensor) -> None:
    wrong = ~nll.isfinite() & used | nll.isnan()
    if bool(wrong.any()):
        row = int(wrong.nonzero()[0, 0])
        raise ArgumentError(
            f"loss.nll[{row}] of loss {list(nll.shape)} is {float(nll[row])}: its target is no "
            "token, or hidden or weight has values that are not finite"
        )
