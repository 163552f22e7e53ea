"""Whether a place and a language write the day or the month first."""

from __future__ import annotations

from functools import cache

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from domain.zones import zone_country


@cache
def day_comes_first(zone: str, language: str) -> bool | None:
    """Tell whether 10/11 is the 10th of November there; None where it is not known.

    The official languages of the zone's country have to agree, and so does `language`. English
    has no vote, and without a country no order: it is read everywhere and written both ways.
    """
    votes: set[bool | None] = set()
    country = zone_country(zone)
    if country:
        official = get_official_languages(country, regional=False, de_facto=True)
        votes = {_order(f"{tag}_{country}") for tag in official} - {None}
    if not language.lower().startswith("en"):
        votes.add(_order(language.replace("-", "_")))
    votes.discard(None)
    return votes.pop() if len(votes) == 1 else None


def _order(locale: str) -> bool | None:
    try:
        pattern = str(Locale.parse(locale).datetime_skeletons["Md"].pattern)
    except (UnknownLocaleError, ValueError, KeyError, TypeError):
        return None
    return pattern.index("d") < pattern.index("M")
