"""Laws: functional forms ``loss = f(x; parameters)``, one per file, and the list of them."""

from assay.laws.law import Law
from assay.laws.registry import LAWS, make

__all__ = ["LAWS", "Law", "make"]
