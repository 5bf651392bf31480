"""How much of each source to buy, under caps, fees, limits and a budget."""

from assay.allocation.best_buy import allocate
from assay.allocation.prediction import predicted_blend
from assay.allocation.proposal import proposed_blend
from assay.allocation.records import Portion, Single
from assay.allocation.result import Allocation

__all__ = ["Allocation", "Portion", "Single", "allocate", "predicted_blend", "proposed_blend"]
