"""A running simulated Discord around the minimal client."""

from __future__ import annotations

import pytest

from tests.ui.subjects import FanClient


@pytest.fixture
def simcord_bot() -> FanClient:
    return FanClient()
