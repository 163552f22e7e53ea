"""Telling a story in the terminal: its clock, its people, and a line for what they do."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import discord

from demo.acts import ActFailed, has_button, posted, words_of
from demo.clock import StoryClock
from demo.run import Demo
from demo.world import ZONE
from domain.actions import Action, ActionState
from locales import language

_STAMP = re.compile(r"<t:(\d+):\w>")

PUBLISHED = frozenset(ActionState) - {ActionState.DRAFT}

Act = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Planned:
    """Something that somebody does at an instant of the story."""

    at: datetime
    act: Act


class Story:
    """The story's clock, its people, and the line printed for what they do."""

    def __init__(self, demo: Demo, clock: StoryClock, code: str) -> None:
        self.demo = demo
        self.clock = clock
        self.code = code
        """The language of the server, in which the story is told too."""
        self.say = language(code)
        self.told = 0
        self._stored = 0

    def tell(self, key: str, **values: object) -> None:
        """Print one line of the timeline, with the time in the server's zone."""
        wall = self.clock.now().astimezone(ZoneInfo(ZONE))
        print(f"{self.say.date_time(wall)}  {self.say(key, **values)}", flush=True)

    def agree(self, found: object, meant: object) -> bool:
        """Tell whether something is as it was meant to be; prints both where it is not."""
        if found != meant:
            print(self.say("story.differs", found=repr(found), meant=repr(meant)))
        return found == meant

    async def move_to(self, instant: datetime) -> None:
        """Let time pass; everything that is owed meanwhile goes out at its own instant."""
        dispatcher = self.demo.services.dispatcher
        while (due := await dispatcher.next_due()) is not None and due <= instant:
            self.clock.advance_to(due)
            await self.catch_up()
        self.clock.advance_to(instant)
        await self.tell_messages()

    async def catch_up(self) -> None:
        """Let everything go out that is due by now, to those who have their role by then."""
        await self.demo.services.roles.catch_up()
        await self.demo.services.dispatcher.send_due()
        await self.tell_messages()

    async def tell_messages(self) -> None:
        """Print the first line of every message that was posted since the last look."""
        env, world = self.demo.env, self.demo.world
        stored = len(env.backend.messages[world.announcements.id])
        if stored == self._stored:
            return  # reading them all takes its time, and there are many looks
        self._stored = stored
        messages = await posted(env, world)
        # Discord's own lines say that there is a thread.
        for message in (m for m in messages[self.told :] if not m.is_system()):
            lines = [line for line in words_of(message).splitlines() if line.strip()]
            # A card or tally begins with a small line that says what it is, then its title.
            first = lines[:2] if lines[0].startswith("-#") else lines[:1]
            shown = " · ".join(line.lstrip("-# ") for line in first)
            self.tell("story.posted", text=self.shown(shown))
        self.told = len(messages)

    def shown(self, text: str) -> str:
        """A text as Discord shows it: mentions by name, and timestamps by the server's clock."""
        world = self.demo.world
        text = _STAMP.sub(lambda found: self._wall(int(found[1])), text)
        for name, role in world.guild.roles.items():
            text = text.replace(f"<@&{role.id}>", f"@{name}")
        for person in world.people:
            text = text.replace(person.mention, f"@{person.name}")
        return text

    def _wall(self, seconds: int) -> str:
        return self.say.date_time(datetime.fromtimestamp(seconds, ZoneInfo(ZONE)))

    async def live(self, planned: list[Planned]) -> None:
        """Let everything planned happen in its order."""
        for item in sorted(planned, key=lambda p: p.at):
            await self.move_to(item.at)
            await item.act()

    async def newest(self, verb: str) -> discord.Message:
        """The newest message that has a verb's button, as people scroll up to find it."""
        for message in reversed(await posted(self.demo.env, self.demo.world)):
            if has_button(message, verb):
                return message
        raise ActFailed(verb)

    async def find(self, title: str) -> Action:
        """The newest announced action whose title this is, with its parts."""
        actions, guild_id = self.demo.services.actions, self.demo.world.guild.id
        found = await actions.search(guild_id, title, states=PUBLISHED, limit=1)
        return await actions.find_whole(guild_id, found[0].action_id)
