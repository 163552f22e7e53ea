"""What people see of a message, a reply or a form in the simulated Discord."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simcord.components import walk_components
from simcord.enums import ComponentType
from simcord.results import InteractionResult, ResponseMessage

Seen = ResponseMessage | InteractionResult
"""A message of a channel, or the reply to something that a person did."""


def reply_of(result: InteractionResult) -> ResponseMessage:
    """The last message that an interaction was answered with."""
    message = result.followups[-1] if result.followups else result.response
    assert message is not None, f"no message answered: {result!r}"
    return message


def message_of(seen: Seen) -> ResponseMessage:
    return reply_of(seen) if isinstance(seen, InteractionResult) else seen


def _components(seen: Seen) -> Iterator[dict[str, Any]]:
    yield from walk_components(message_of(seen).components)


def text_of(seen: Seen) -> str:
    """Everything that a message says, its buttons apart."""
    texts = [part["content"] for part in _components(seen) if part["type"] == 10]
    return "\n".join([message_of(seen).content, *texts]).strip()


def told(result: InteractionResult) -> str:
    """What a person was told, and nobody else."""
    assert reply_of(result).ephemeral
    return text_of(result)


def labels_of(seen: Seen) -> list[str]:
    """The labels of a message's buttons that can be pressed, links included, in order."""
    buttons = (part for part in _components(seen) if part["type"] == ComponentType.BUTTON)
    return [button["label"] for button in buttons if not button.get("disabled")]


def urls_of(seen: Seen) -> list[str]:
    """Where the link buttons of a message lead."""
    return [part["url"] for part in _components(seen) if part.get("url")]


def id_of(seen: Seen, start: str) -> str:
    """The one custom_id in a message that begins so."""
    (found,) = (i for i in ids_of(seen) if i.startswith(start))
    return found


def ids_of(seen: Seen) -> list[str]:
    """The custom_ids of everything in a message that can be pressed or picked from."""
    return [part["custom_id"] for part in _components(seen) if part.get("custom_id")]


def is_disabled(seen: Seen, custom_id: str) -> bool:
    """Whether the button of a custom_id can't be pressed."""
    (button,) = (part for part in _components(seen) if part.get("custom_id") == custom_id)
    return bool(button.get("disabled"))


def number_of(seen: Seen, start: str) -> int:
    """The number by which Discord knows the part of a message whose custom_id begins so."""
    (found,) = (p["id"] for p in _components(seen) if p.get("custom_id", "").startswith(start))
    return found


def picked_in(seen: Seen, start: str) -> list[str]:
    """What the select whose custom_id begins so shows as chosen: values or ids."""
    (select,) = (p for p in _components(seen) if p.get("custom_id", "").startswith(start))
    options = [option["value"] for option in select.get("options", ()) if option.get("default")]
    return options + [str(value["id"]) for value in select.get("default_values", ())]


def options_in(seen: Seen, start: str) -> list[str]:
    """The values that selects whose custom_ids begin so offer; none where there is none."""
    selects = [p for p in _components(seen) if p.get("custom_id", "").startswith(start)]
    return [option["value"] for select in selects for option in select.get("options", ())]


def pings_of(seen: Seen) -> tuple[set[int], set[int], bool]:
    """Whom a message notified: ids of users, ids of roles, and whether everyone."""
    message = message_of(seen)._message
    return set(message.ping_user_ids), set(message.ping_role_ids), message.mention_everyone


def boxes_of(result: InteractionResult) -> list[dict[str, Any]]:
    """The text inputs of a form, each with its label under `label`."""
    assert result.modal is not None, f"no form: {result!r} {result.response and text_of(result)}"
    return [{**part["component"], "label": part["label"]} for part in result.modal["components"]]


def form_of(result: InteractionResult) -> dict[str, str]:
    """The labels of a form's inputs, each with the text that stands in it already."""
    return {box["label"]: box.get("value") or "" for box in boxes_of(result)}
