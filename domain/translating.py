"""Translating an action: which of its texts, by whom, and what has changed about them since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from domain.actions import Action
from domain.errors import Gone, NotAllowed, Refusal
from domain.fields import read_title, read_unit, require_sealed, tells_sealed
from domain.kinds import Field, FieldKind
from domain.life_cycle import require_ongoing
from domain.managing import manages
from domain.servers import Actor, RolePurpose, Server, is_organiser
from domain.translations import Translation

TITLE = "title"
"""The name under which the title stands among an action's texts."""

WORDS = (FieldKind.TEXT, FieldKind.UNIT)
"""The kinds of fields that say something; numbers, addresses and tags are the same everywhere."""


def words_of(action: Action) -> list[Field]:
    """The fields of an action that can be translated: those that are filled in, nothing sealed."""
    return [
        field
        for field in action.rules.fields
        if field.kind in WORDS and not field.sealed and action.fields.get(field.name)
    ]


def texts_of(action: Action) -> dict[str, str]:
    """What an action is called and says, as its organiser wrote it, by the names of fields."""
    return {TITLE: action.title} | {f.name: action.fields[f.name] for f in words_of(action)}


def is_stale(action: Action, language: str) -> bool:
    """Tell whether the original says something else than when it was translated."""
    translation = action.parts.translations.get(language)
    return translation is not None and dict(translation.original) != texts_of(action)


def fits(copy: Action, translation: Translation) -> bool:
    """Tell whether a translation of one action is one of another too, and tells no tag of its."""
    if dict(translation.original) != texts_of(copy):
        return False
    texts = (translation.title, *translation.fields.values())
    return not any(tells_sealed(copy.rules, text, copy.fields) for text in texts)


def may_translate_all(actor: Actor, server: Server) -> bool:
    """Tell whether somebody may translate every action of the server, whoever runs it."""
    return actor.manages_server or server.role(RolePurpose.TRANSLATOR) in actor.role_ids


def require_translator(actor: Actor, server: Server, action: Action, now: datetime) -> None:
    """Refuse whoever is neither translator nor among the action's organisers, and what is over.

    The whole action has to be read. What is no more than a draft is its organiser's business.
    """
    organises = is_organiser(actor, server) and manages(actor, action)
    if not organises and not may_translate_all(actor, server):
        role_id = server.role(RolePurpose.TRANSLATOR)
        if role_id is None:
            raise NotAllowed("translate.no_role")
        raise NotAllowed("translate.needs_role", role=f"<@&{role_id}>")
    if action.number is None:
        raise Gone("refused.no_such_action")
    require_ongoing(action, now)


def read_translation(
    action: Action, language: str, typed: Mapping[str, str], original: Mapping[str, str]
) -> Translation | None:
    """A translation as it was typed, where nothing stands for the original; None for nothing.

    `original` is what stood there when it was typed. Raises `Refusal`, also for what would tell a
    sealed tag: without saying which, as whoever translates may not know it.
    """
    texts = {name: text.strip() for name, text in typed.items() if text.strip()}
    if not texts:
        return None
    title = read_title(texts.get(TITLE, action.title))
    fields = {
        field.name: read_unit(text) if field.kind is FieldKind.UNIT else text[: field.max_length]
        for field in words_of(action)
        if (text := texts.get(field.name)) and text != original.get(field.name)
    }
    try:
        require_sealed(action.rules, title, {**action.fields, **fields})
    except Refusal:
        raise Refusal("translate.tells_sealed") from None
    return Translation(language, title, fields, dict(original))
