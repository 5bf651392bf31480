"""Run the command line as ``python -m assay``."""

from __future__ import annotations

import sys

from assay.cli import main

sys.exit(main())
