"""Language channels: an action has a card and pings of its own in each, and counts as one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.actions import Action
from domain.deliveries import DeliveryKind
from domain.errors import Refusal
from domain.servers import LanguageChannel, RolePurpose, Server

MOST_CHANNELS = 8
"""Language channels of a server beside its own; each has every message sent once more."""

MAIN = ""
"""The language of what is posted in the server's own channel, or in the action's."""

SPREADS = frozenset(
    {
        DeliveryKind.ANNOUNCEMENT,
        DeliveryKind.CARD,
        DeliveryKind.REMINDER,
        DeliveryKind.REVEAL,
        DeliveryKind.MOMENT,
        DeliveryKind.DECISION,
        DeliveryKind.STEP,
        DeliveryKind.DAILY_CALL,
        DeliveryKind.LAST_HOUR,
        DeliveryKind.MILESTONE,
        DeliveryKind.BY_HAND,
        DeliveryKind.CLOSING,
        DeliveryKind.TALLY,
    }
)
"""What is sent in every language channel once more; all else is for one person, or organisers.

Shifts and tasks are for those who have them, by name: a second message would ping them twice.
"""


@dataclass(frozen=True)
class Reader:
    """One person who is answered: the language that they chose, and the language channel if any.

    All that only they see is in the first of these that there is, sentences and actions alike:
    their own language, that of the language channel in which they are, the server's.
    """

    own: str | None = None
    channel: str = MAIN

    def language(self, server: Server) -> str | None:
        """The language in which they are spoken to."""
        return self.own or self.channel or server.language

    def languages(self, server: Server) -> tuple[str, ...]:
        """Those in which they read an action, the first into which it has been translated.

        Else as its organiser wrote it: that is in the server's language.
        """
        if self.own == server.language:
            return ()
        return tuple(dict.fromkeys(filter(None, (self.own, self.channel))))


def worded(action: Action, server: Server, reader: Reader) -> Action:
    """A whole action with the title and texts that somebody reads."""
    known = (each for each in reader.languages(server) if each in action.parts.translations)
    return translated(action, next(known, MAIN))


def localized(action: Action, server: Server, language: str) -> tuple[Action, Server] | None:
    """A whole action and its server as a language channel shows them.

    Titles and texts are those of its translation, as far as there is one; it is posted there, and
    those are pinged who read there. None where the server has no such channel any more.
    """
    if language == MAIN:
        return action, server
    channel = server.language_channel(language)
    if channel is None:
        return None
    there = replace(
        server.with_role(RolePurpose.PING, channel.role_id),
        language=channel.language,
        announce_channel_id=channel.channel_id,
        self_service_ping=False,
        kind_roles={},
    )
    role_id = action.parts.roles.get(language)
    # The thread is that of the card in the server's own channel.
    as_there = replace(translated(action, language), channel_id=None, thread_id=None)
    return replace(as_there, role_id=role_id), there


def translated(action: Action, language: str) -> Action:
    """A whole action with title and texts in a language, as far as they have been translated."""
    translation = action.parts.translations.get(language)
    if translation is None:
        return action
    # What is sealed is never translated. What its organiser has emptied since is no more.
    texts = {name: text for name, text in translation.fields.items() if action.fields.get(name)}
    fields = {**action.fields, **texts}
    return replace(action, title=translation.title, fields=fields)


def roles_of(action: Action) -> dict[str, int]:
    """The roles of a whole action that exist by now, by language channel."""
    main = {} if action.role_id is None else {MAIN: action.role_id}
    return main | dict(action.parts.roles)


def pressed_in(action: Action, server: Server, channel_id: int | None) -> str | None:
    """The language channel whose role somebody wants who presses *I'm in* in a channel.

    None where the channel says nothing about that: what they had stays as it was. Where the
    action itself is posted there is no other card of it.
    """
    if channel_id is not None and channel_id == (action.channel_id or server.announce_channel_id):
        return MAIN
    return server.language_in(channel_id) or None


def with_channel(server: Server, channel: LanguageChannel, main_language: str) -> Server:
    """The server with a further language channel, or another one for its language.

    `main_language` is that of the server's own channel. Raises `Refusal`.
    """
    if channel.language == main_language:
        raise Refusal("setup.language_is_main")
    if channel.channel_id == server.announce_channel_id:
        raise Refusal("setup.channel_is_main", channel=f"<#{channel.channel_id}>")
    if channel.role_id == server.guild_id:
        raise Refusal("setup.everyone_role")
    others = [each for each in server.language_channels if each.language != channel.language]
    if any(each.channel_id == channel.channel_id for each in others):
        raise Refusal("setup.channel_taken", channel=f"<#{channel.channel_id}>")
    if len(others) >= MOST_CHANNELS:
        raise Refusal("setup.too_many_languages", most=MOST_CHANNELS)
    channels = sorted([*others, channel], key=lambda each: each.language)
    return replace(server, language_channels=tuple(channels))
