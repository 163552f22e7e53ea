"""How a platform is called on which something was done."""

from __future__ import annotations

from domain.sources import OTHER
from locales import Language


def platform_name(say: Language, source: str) -> str:
    """A platform as people read it; its own name is not escaped."""
    return say("platform.other") if source == OTHER else source
