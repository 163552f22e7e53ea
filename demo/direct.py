"""Direct messages on the demo page: whoever got one can be picked a second time, to read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simcord.actors import MemberActor
from simcord.builders import UserHandle
from simcord.env import Env
from simcord.preview import Preview
from simcord.preview._pages import _Page

from locales import Language


class DirectMessages:
    """Lets a page show one channel more: the direct messages of the person picked.

    simcord's preview shows the same one channel to everyone. On the page, the id of somebody's
    direct messages stands for that person reading them.
    """

    def __init__(
        self, env: Env, preview: Preview, people: tuple[MemberActor, ...], say: Language
    ) -> None:
        self._env = env
        self._preview = preview
        self._people = people
        self._say = say
        self._find_target = preview._target_id
        preview._target_id = self._target_id

    def _readers(self) -> dict[int, MemberActor]:
        """Who got direct messages, by the id of their channel."""
        channels, messages = self._env.backend.dm_channels, self._env.backend.messages
        read = ((channels.get(person.id), person) for person in self._people)
        return {channel: person for channel, person in read if channel and messages.get(channel)}

    def reader(self, picked: object) -> MemberActor | None:
        """Who reads their direct messages, if that is what was picked."""
        return self._readers().get(int(picked)) if isinstance(picked, str) else None

    def leave(self, page: _Page) -> None:
        """Bring a page back to the channel that everyone sees."""
        page.channel_id = self._preview.channel.id

    def enter(self, page: _Page, reader: MemberActor) -> None:
        """Show a person's direct messages on a page, the newest at the bottom."""
        page.viewer = reader.user
        page.channel_id = reader.user.dm_channel.id
        page.target_id = self._preview._initial_target(page.viewer, page.channel_id)
        page.window_end_id = page.target_id
        self._preview._publish(page, reason="navigation")

    def draw(self, page: _Page, payload: dict[str, Any]) -> None:
        """Add the direct messages to those whom one can pick on a page."""
        identities: list[Mapping[str, Any]] = payload["viewers"]
        by_id = {identity["id"]: identity for identity in identities}
        for channel_id, person in self._readers().items():
            identity = by_id[str(person.id)]
            name = self._say("demo.direct", name=identity["name"])
            payload["viewers"].append({**identity, "id": str(channel_id), "name": name})
        if page.channel_id != self._preview.channel.id:
            payload["viewerId"] = str(page.channel_id)

    def _target_id(self, target_id: Any, viewer: Any = None, **how: Any) -> int | None:
        """The message meant, which simcord looks for in the preview's channel alone."""
        shown = self._preview.channel
        if isinstance(viewer, UserHandle):
            self._preview.channel = viewer.dm_channel
        try:
            return self._find_target(target_id, viewer, **how)
        finally:
            self._preview.channel = shown
