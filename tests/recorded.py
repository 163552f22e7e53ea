"""Where the requests that the bot sends in tests are recorded, for `.ci/run` to check."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "build" / "requests"


def requests_file() -> Path:
    """This process's own file: pytest's workers write side by side."""
    return FOLDER / f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.jsonl"


def forget_requests() -> None:
    """Delete what an earlier run has recorded."""
    shutil.rmtree(FOLDER, ignore_errors=True)
