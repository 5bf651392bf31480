"""Who may import whom: the contracts of [tool.importlinter] in pyproject.toml."""

import subprocess
import sys
from pathlib import Path


def test_imports_follow_the_contracts(root):
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [linter, "--no-cache"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout
