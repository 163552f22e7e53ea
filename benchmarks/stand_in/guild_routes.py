"""The routes of the application, of people, of servers, their members and their roles."""

from __future__ import annotations

from benchmarks.stand_in import errors, ids
from benchmarks.stand_in.api import Answer, Call, Route
from benchmarks.stand_in.places import (
    ChannelType,
    Guild,
    Json,
    Permission,
    application,
    role,
    user,
)


async def gateway_bot(call: Call) -> Answer:
    limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
    shards = call.world.sizes.shards
    return {"url": call.gateway.url, "shards": shards, "session_start_limit": limit}


async def get_current_user(call: Call) -> Answer:
    return user(ids.BOT_ID) | {"verified": True, "mfa_enabled": False, "email": None}


async def get_user(call: Call) -> Answer:
    user_id = call.number("user_id")
    if user_id != ids.BOT_ID and ids.user_number(user_id) < 0:
        raise errors.unknown_user()
    return user(user_id)


async def get_application(call: Call) -> Answer:
    return application()


async def list_commands(call: Call) -> Answer:
    return list(call.world.commands.values())


async def overwrite_commands(call: Call) -> Answer:
    """Take the bot's commands in the place of all it had; one of the same name keeps its id."""
    commands: dict[str, Json] = {}
    for command in await call.body():
        known = call.world.commands.get(command["name"])
        given = {
            "id": known["id"] if known else str(call.world.snowflakes.make()),
            "application_id": str(ids.APPLICATION_ID),
            "version": str(call.world.snowflakes.make()),
            "type": command.get("type", 1),
            "description": command.get("description", ""),
        }
        commands[command["name"]] = command | given
    call.world.commands = commands
    return list(commands.values())


def _guild(call: Call) -> Guild:
    return call.world.guild(call.number("guild_id"))


def _member_id(call: Call, guild: Guild) -> int:
    user_id = call.number("user_id")
    if not guild.has_member(user_id) or user_id in call.world.gone:
        raise errors.unknown_member()
    return user_id


async def get_guild(call: Call) -> Answer:
    return _guild(call).shown(0)


async def list_channels(call: Call) -> Answer:
    found = _guild(call).channels.values()
    return [c.shown() for c in found if c.type is ChannelType.TEXT and not c.deleted]


async def get_member(call: Call) -> Answer:
    guild = _guild(call)
    return guild.member(_member_id(call, guild))


async def give_role(call: Call) -> Answer:
    guild, role_id = _role(call)
    guild.roles_of.setdefault(_member_id(call, guild), set()).add(role_id)


async def take_role(call: Call) -> Answer:
    guild, role_id = _role(call)
    guild.roles_of.get(_member_id(call, guild), set()).discard(role_id)


def _role(call: Call) -> tuple[Guild, int]:
    """A role that the bot may handle: below its own, and with the permission to."""
    guild, role_id = _guild(call), call.number("role_id")
    if role_id not in guild.roles:
        raise errors.unknown_role()
    _require_manages_roles(guild)
    own = guild.roles.get(ids.bot_role_id(guild.guild_id), {"position": 0})
    if guild.roles[role_id]["position"] >= own["position"]:
        raise errors.missing_permissions()
    return guild, role_id


def _require_manages_roles(guild: Guild) -> None:
    if not guild.permissions(ids.BOT_ID) & Permission.MANAGE_ROLES:
        raise errors.missing_permissions()


async def list_roles(call: Call) -> Answer:
    return list(_guild(call).roles.values())


async def get_role(call: Call) -> Answer:
    try:
        return _guild(call).roles[call.number("role_id")]
    except KeyError:
        raise errors.unknown_role() from None


async def create_role(call: Call) -> Answer:
    guild, body = _guild(call), await call.body()
    _require_manages_roles(guild)
    role_id = call.world.snowflakes.make()
    drawn = role(role_id, body.get("name") or "new role", 1, int(body.get("permissions") or 0))
    drawn["mentionable"] = bool(body.get("mentionable"))
    guild.roles[role_id] = drawn
    await _tell(call, "GUILD_ROLE_CREATE", guild, drawn)
    return drawn


async def edit_role(call: Call) -> Answer:
    guild, role_id = _role(call)
    changed = {name: value for name, value in (await call.body()).items() if value is not None}
    guild.roles[role_id] |= {name: changed[name] for name in changed if name != "id"}
    await _tell(call, "GUILD_ROLE_UPDATE", guild, guild.roles[role_id])
    return guild.roles[role_id]


async def delete_role(call: Call) -> Answer:
    guild, role_id = _role(call)
    del guild.roles[role_id]
    for roles in guild.roles_of.values():
        roles.discard(role_id)
    gone = {"guild_id": str(guild.guild_id), "role_id": str(role_id)}
    await call.gateway.dispatch("GUILD_ROLE_DELETE", guild.guild_id, gone)


async def _tell(call: Call, event: str, guild: Guild, drawn: Json) -> None:
    told = {"guild_id": str(guild.guild_id), "role": drawn}
    await call.gateway.dispatch(event, guild.guild_id, told)


_COMMANDS = "/applications/{application_id}/commands"
_GUILD = "/guilds/{guild_id}"
_MEMBER = f"{_GUILD}/members/{{user_id}}"
_MEMBER_ROLE = f"{_MEMBER}/roles/{{role_id}}"
_ROLE = f"{_GUILD}/roles/{{role_id}}"

ROUTES = (
    Route("GET", "/gateway/bot", gateway_bot),
    Route("GET", "/users/@me", get_current_user),
    Route("GET", "/users/{user_id}", get_user),
    Route("GET", "/oauth2/applications/@me", get_application),
    Route("GET", "/applications/@me", get_application),
    Route("GET", _COMMANDS, list_commands),
    Route("PUT", _COMMANDS, overwrite_commands),
    Route("GET", _GUILD, get_guild),
    Route("GET", f"{_GUILD}/channels", list_channels),
    Route("GET", _MEMBER, get_member),
    Route("PUT", _MEMBER_ROLE, give_role),
    Route("DELETE", _MEMBER_ROLE, take_role),
    Route("GET", f"{_GUILD}/roles", list_roles),
    Route("POST", f"{_GUILD}/roles", create_role),
    Route("GET", _ROLE, get_role),
    Route("PATCH", _ROLE, edit_role),
    Route("DELETE", _ROLE, delete_role),
)
