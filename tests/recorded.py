"""Where the requests that the bot sends in tests are recorded, for `.ci/run` to check."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from simcord.env import Env

FOLDER = Path(__file__).parent.parent / "build" / "requests"


def requests_file() -> Path:
    """This process's own file: pytest's workers write side by side."""
    return FOLDER / f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.jsonl"


def record_requests(env: Env, path: Path) -> None:
    """Append every request that the bot sent, as lines of JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        for request in env.http_requests:
            line = {"method": request.method, "path": request.path, "json": request.json}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def forget_requests() -> None:
    """Delete what an earlier run has recorded."""
    shutil.rmtree(FOLDER, ignore_errors=True)
