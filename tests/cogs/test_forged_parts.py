"""Forged buttons and selects of every verb: what is not a fan's business stays out of reach."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import pytest

from domain.actions import Action
from domain.kinds import Feature, Kind, rules
from domain.life_cycle import Step
from domain.servers import Actor
from domain.shifts import make_grid
from domain.votes import VoteApp
from domain.walls import Resolved, Wall
from services.actions import Typed
from services.tasks import NewTask
from tests.fanserver import ENGLISH, TEXTS, ZONE, FanServer
from tests.shown import told
from ui.base import word_refusal

TITLE = "Nobody knows of this"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ELSEWHERE = 4_242_424_242

ABOUT_THEMSELVES = {"me_page", "own_zone", "ping_me"}
"""Verbs about the one who presses, whatever action stands in the custom_id."""
