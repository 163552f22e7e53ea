"""Telling what went wrong with a request to Discord, as services understand it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import discord

from domain.direct import UNDELIVERABLE
from domain.errors import SendFailed
from domain.roles import MEMBER_GONE, ROLE_GONE

FORBIDDEN = "forbidden"
"""The reason of a failure for want of a permission."""

TRANSIENT_STATUSES = frozenset({401, 408, 429})
"""Beside those from 500 on. 401 ends with a new token, and then the message is still owed."""


GONE = {10007: MEMBER_GONE, 10013: MEMBER_GONE, 10011: ROLE_GONE}
"""Discord's error codes for an unknown member, user and role."""


CLOSED = frozenset({50007, 50278, 50033, 10013})
"""Its codes for somebody who takes no messages, shares no server any more, or is gone."""


@contextmanager
def gone_told() -> Iterator[None]:
    """Tell a member who left and a role that was deleted apart from all else that is not found."""
    try:
        yield
    except discord.NotFound as error:
        if error.code not in GONE:
            raise
        raise SendFailed(GONE[error.code], permanent=True) from error


@contextmanager
def closed_told() -> Iterator[None]:
    """Tell somebody who takes no direct messages apart from all else that is refused."""
    try:
        yield
    except discord.HTTPException as error:
        if error.code not in CLOSED:
            raise
        raise SendFailed(UNDELIVERABLE, permanent=True) from error


@contextmanager
def failures_told() -> Iterator[None]:
    """Tell every failure of a request as `SendFailed`."""
    try:
        yield
    except discord.RateLimited as error:
        raise SendFailed("rate_limited", permanent=False, retry_after=error.retry_after) from error
    except discord.Forbidden as error:
        raise SendFailed(FORBIDDEN, permanent=True) from error
    except discord.NotFound as error:
        raise SendFailed("not_found", permanent=True) from error
    except discord.HTTPException as error:
        if error.status >= 500 or error.status in TRANSIENT_STATUSES:
            unsure = error.status >= 500
            raise SendFailed(f"http_{error.status}", permanent=False, unsure=unsure) from error
        raise SendFailed("rejected", permanent=True) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise SendFailed("unreachable", permanent=False, unsure=True) from error
