"""The definition of the sums, one token after the other in Python: the slow twin."""

from __future__ import annotations

import math

from ..linear_token_loss.loss import TokenLoss

__all__ = ["document_sums"]


def document_sums(
    loss: TokenLoss, ends: list[int], token_bytes: list[int], bins: int
) -> list[dict[str, float | list[float]]]:
    """Return the sums of each document by the names of ``DocumentSums``."""
    documents: list[dict[str, float | list[float]]] = []
    start = 0
    for end in ends:
        tokens = nats = text = right = brier = 0.0
        counts, confidences, rights = [0.0] * bins, [0.0] * bins, [0.0] * bins
        for i in range(start, end):
            target, top = float(loss.target_logit[i]), float(loss.max_logit[i])
            if target == -math.inf:
                continue
            nll, confidence = float(loss.nll[i]), math.exp(top - float(loss.lse[i]))
            place = min(max(math.ceil(confidence * bins), 1), bins) - 1
            assert loss.sum_p2 is not None
            tokens += 1
            nats += nll
            text += token_bytes[i]
            right += target >= top
            brier += 1 - 2 * math.exp(-nll) + float(loss.sum_p2[i])
            counts[place] += 1
            confidences[place] += confidence
            rights[place] += target >= top
        documents.append(
            {
                "tokens": tokens,
                "nats": nats,
                "bytes": text,
                "right": right,
                "brier": brier,
                "bin_tokens": counts,
                "bin_confidence": confidences,
                "bin_right": rights,
            }
        )
        start = end
    return documents
