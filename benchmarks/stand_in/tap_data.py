"""The data of interactions as Discord has it: slash commands, pressed parts, filled forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.stand_in import errors, ids
from benchmarks.stand_in.messages import component
from benchmarks.stand_in.places import Guild, Json, user

USER, CHANNEL, ROLE = 6, 7, 8
PICKED = {5: USER, 6: ROLE, 8: CHANNEL}
"""What is picked in a select, by the component's type."""

TEXT_INPUT, LABEL = 4, 18


def command_data(
    commands: Mapping[str, Json], guild: Guild | None, path: str, options: Mapping[str, Any]
) -> Json:
    """A slash command with its options, such as `action create`, by what the bot registered."""
    name, *below = path.split()
    try:
        known = commands[name]
        levels: list[Json] = []
        for word in below:
            known = next(o for o in known.get("options", ()) if o["name"] == word)
            levels.append({"name": word, "type": known["type"]})
    except (KeyError, StopIteration):
        raise errors.invalid_form(path) from None
    types: dict[str, int] = {o["name"]: o["type"] for o in known.get("options") or ()}
    if not options.keys() <= types.keys():
        raise errors.invalid_form(path)
    given: list[Json] = [
        {"name": option, "type": types[option], "value": _value(types[option], value)}
        for option, value in options.items()
    ]
    for level in reversed(levels):
        given = [level | {"options": given}]
    return {
        "id": commands[name]["id"],
        "name": name,
        "type": 1,
        "options": given,
        "resolved": _resolved(guild, [(types[o], str(value)) for o, value in options.items()]),
    }


def pressed_data(
    guild: Guild | None, source: Json, custom_id: str, values: Sequence[Any] | None
) -> Json:
    """A button that was pressed, or a select in which values were picked."""
    part = component(source["components"], custom_id)
    if part is None:
        raise errors.invalid_form(custom_id)
    data: Json = {"custom_id": custom_id, "component_type": part["type"], "id": part["id"]}
    if values is None:
        return data
    texts = [str(value) for value in values]
    named = [(PICKED.get(part["type"], 0), value) for value in texts]
    return data | {"values": texts, "resolved": _resolved(guild, named)}


def form_data(custom_id: str, fields: Mapping[str, str]) -> Json:
    """A form that was filled: each text in a label."""
    labels: list[Json] = []
    for number, (field, value) in enumerate(fields.items()):
        box = {"type": TEXT_INPUT, "id": 2 * number + 2, "custom_id": field, "value": value}
        labels.append({"type": LABEL, "id": 2 * number + 1, "component": box})
    return {"custom_id": custom_id, "components": labels}


def _value(type_: int, value: Any) -> Any:
    """An option's value as Discord sends it: ids as text, the rest as it is."""
    return str(value) if type_ in {USER, CHANNEL, ROLE} else value


def _resolved(guild: Guild | None, named: Sequence[tuple[int, str]]) -> Json:
    """The people, roles and channels that are named by their ids."""
    found: Json = {"users": {}, "members": {}, "roles": {}, "channels": {}}
    for type_, value in named:
        if type_ == USER:
            found["users"][value] = user(int(value))
            if guild is not None:
                member = guild.member(int(value)) | {"permissions": "0"}
                del member["user"]
                found["members"][value] = member
        elif type_ == ROLE and guild is not None:
            found["roles"][value] = guild.roles[int(value)]
        elif type_ == CHANNEL and guild is not None:
            allowed = {"permissions": str(guild.permissions(ids.user_id(0)))}
            found["channels"][value] = guild.channels[int(value)].shown() | allowed
    return {kind: values for kind, values in found.items() if values}
