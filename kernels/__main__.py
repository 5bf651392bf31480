"""``python kernels`` in a checkout: the check, where nothing but torch and triton is installed."""

import sys
from pathlib import Path
from types import ModuleType

if __name__ == "__main__":
    if "assay" not in sys.modules:
        # The kernels need nothing of the package but its errors; its root imports much more.
        package = ModuleType("assay")
        package.__path__ = [str(Path(__file__).resolve().parents[1] / "python" / "assay")]
        sys.modules["assay"] = package
    from assay.kernels.check.__main__ import main

    sys.exit(main())
