"""``python tests/kernels/check``: the command, from a checkout."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # Python put this folder on the path; the package ``check`` lies beside it.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from check.command import main

    sys.exit(main())
