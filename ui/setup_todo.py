"""What still has to be done to set a server up, by the page on which it is done."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import discord

from domain.kinds import Kind
from domain.servers import LanguageChannel, RolePurpose, Server
from locales import Language, name_of
from ui.permissions import (
    CHANNEL,
    ORGANISER_CHANNEL,
    draw_missing,
    gone_from_server,
    missing_in_languages,
    missing_in_server,
    role_exists,
)
from ui.setup_pages import SetupPage

GONE = {
    CHANNEL: SetupPage.BASICS,
    ORGANISER_CHANNEL: SetupPage.BASICS,
    RolePurpose.ORGANISER.value: SetupPage.ROLES,
    RolePurpose.REVIEWER.value: SetupPage.ROLES,
    RolePurpose.PING.value: SetupPage.ALERTS,
    RolePurpose.THANKS.value: SetupPage.ROLES,
    RolePurpose.HELPER.value: SetupPage.ROLES,
    RolePurpose.TRANSLATOR.value: SetupPage.LANGUAGES,
}
"""What may have been deleted, in the order in which it is named, and where another is chosen."""


@dataclass(frozen=True)
class Lacks:
    """What the settings lack on Discord's side."""

    missing: Sequence[str] = ()
    """Catalogue keys of permissions that the bot lacks in the announcement channel."""

    gone: Collection[str] = ()
    """What was chosen and exists no more: see GONE."""

    kinds_gone: Collection[Kind] = ()
    """The kinds whose alert role was deleted."""

    in_languages: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    """Catalogue keys of permissions that the bot lacks in a language channel, by language."""

    may_grant: bool = True
    """The bot may make roles and give them out."""

    may_make_events: bool = True


async def find_lacks(guild: discord.Guild, server: Server) -> Lacks:
    """Look at Discord for what the settings need there."""
    roles = server.kind_roles.items()
    return Lacks(
        missing_in_server(guild, server),
        await gone_from_server(guild, server),
        {kind for kind, role in roles if not await role_exists(guild, role.role_id)},
        {code: keys for code, keys in missing_in_languages(guild, server).items() if keys},
        may_grant=guild.me.guild_permissions.manage_roles,
        may_make_events=guild.me.guild_permissions.create_events,
    )


def find_todo(say: Language, server: Server, lacks: Lacks) -> dict[SetupPage, list[str]]:
    """What keeps the bot from doing what is set, each with how to mend it; by page."""
    todo: dict[SetupPage, list[str]] = {}
    for page, line in _lines(say, server, lacks):
        todo.setdefault(page, []).append(line)
    return todo


def find_hints(say: Language, server: Server) -> dict[SetupPage, list[str]]:
    """What may stay as it is, with what that means."""
    hints: dict[SetupPage, list[str]] = {}
    if server.role(RolePurpose.ORGANISER) is None:
        hints[SetupPage.ROLES] = [say("setup.hint_organiser")]
    if server.role(RolePurpose.PING) is None:
        hints[SetupPage.ALERTS] = [say("setup.hint_ping")]
    return hints


def _lacking_in(say: Language, channel: LanguageChannel, keys: Sequence[str]) -> str:
    return say(
        "setup.todo_language",
        language=name_of(channel.language),
        channel=f"<#{channel.channel_id}>",
        permissions=say.listing([say(key) for key in keys]),
    )


def _lines(say: Language, server: Server, lacks: Lacks) -> Iterator[tuple[SetupPage, str]]:
    yield from ((page, say(f"setup.gone.{n}")) for n, page in GONE.items() if n in lacks.gone)
    if server.zone is None:
        yield SetupPage.BASICS, say("setup.todo_zone")
    if server.announce_channel_id is None:
        yield SetupPage.BASICS, say("setup.todo_channel_here")
    if lacks.missing and CHANNEL not in lacks.gone:
        yield SetupPage.BASICS, draw_missing(say, server, lacks.missing)
    if server.grants_roles and not lacks.may_grant:
        button = say("button.setup_roles_off")
        yield SetupPage.ROLES, say("setup.todo_roles", button=button)
    if RolePurpose.THANKS in server.roles and not lacks.may_grant:
        yield SetupPage.ROLES, say("setup.todo_thanks", button=say("button.setup_check"))
    for kind in Kind:
        if kind in lacks.kinds_gone:
            yield SetupPage.ALERTS, say("setup.gone_kind", kind=say(f"kind.{kind.value}.name"))
    for channel in server.language_channels:
        if keys := lacks.in_languages.get(channel.language, ()):
            yield SetupPage.LANGUAGES, _lacking_in(say, channel, keys)
    if server.native_events and not lacks.may_make_events:
        yield SetupPage.EVENTS, say("setup.todo_events")
