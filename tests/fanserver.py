"""A fan server to test in: the real bot in a simulated Discord, by a clock that the test moves."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

import discord
from simcord._clock import Clock
from simcord.actors import MemberActor
from simcord.backend import Backend
from simcord.builders import ChannelHandle, RoleHandle, UserHandle
from simcord.enums import ComponentType
from simcord.env import Env
from simcord.results import InteractionResult, ResponseMessage
from sqlalchemy import event

from client import Fanchant
from cogs.lookup import PUBLISHED
from db.engine import Database
from db.queries.contributions import list_contributions
from db.queries.deliveries import DeliveryRecord, list_deliveries
from demo.world import BOT, IDLE, World, build_world, join
from domain.actions import Action
from domain.deliveries import DeliveryKind, DeliveryState
from domain.errors import Refusal
from domain.ledger import Contribution
from domain.servers import Actor, RolePurpose
from domain.tally import Tally
from locales import LANGUAGES, Language, language
from services.application import Services, assemble, running
from tests.recorded import record_requests
from tests.shown import Seen, boxes_of, id_of, ids_of, is_disabled, message_of, text_of
from ui.charts import draw_chart
from ui.sender import DiscordSender

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
"""A Saturday, 21:00 in Seoul."""

ZONE = "Asia/Seoul"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)
"""A PNG, in place of the chart, which takes a second to draw."""

MOST_MESSAGES = 200
"""Deliveries on the way of one jump, after which something must be going in circles."""


class FrozenClock:
    """Fanchant's Clock and the simulated Discord's: it moves only when it is told to."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self.elapsed = 0.0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.elapsed)

    def advance(self, seconds: float) -> None:
        """Move on, by the name that simcord uses."""
        assert seconds >= 0, "Discord's ids grow with time"
        self.elapsed += seconds

    def advance_to(self, instant: datetime) -> None:
        self.advance((instant - self.now()).total_seconds())


class ErrorLog(logging.Handler):
    """Keeps what was logged as an error, by anything."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(logging.Formatter("%(name)s: %(message)s").format(record))


def cause(error: BaseException) -> BaseException:
    """An error without what discord.py's commands wrap around it."""
    return getattr(error, "original", error)


async def draw_pixel(say: Language, tally: Tally, server: object) -> bytes:
    return PIXEL


async def draw_pixels(say: Language, tally: Tally, server: object) -> tuple[bytes, bytes]:
    assert bool(tally.curve) == bool(tally.total.logged), "it is counted by the ledger"
    return PIXEL, PIXEL


class FanServer:
    """The bot, its services and the people of one server; what they do reads as sentences."""

    def __init__(self, database_url: str, *, real_charts: bool = False) -> None:
        self.clock = FrozenClock()
        self.errors = ErrorLog()
        self._forgiven: tuple[type[Exception], ...] = (Refusal,)
        self._commits = 0
        self._settled: dict[str, object] = {}
        self._url = database_url
        self._real_charts = real_charts
        self._life = AsyncExitStack()
        self.database: Database
        self.services: Services
        self.bot: Fanchant
        self.env: Env
        self.world: World

    # ---- Beginning, restarting, ending

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[FanServer]:
        """Start the services, then the bot, found the server and let the people in."""
        logging.getLogger().addHandler(self.errors)
        try:
            await self._start_services()
            self.env = Env(self.bot, check_errors=False)
            # Env makes its own backend and takes no clock; nothing holds on to that one yet.
            self.env.backend = Backend(clock=cast(Clock, self.clock))
            self.env.backend.bot_user.name = BOT
            self.env._settle_internal = partial(self.env._settle_internal, idle=IDLE)
            await self.env.start()
            try:
                self.world = build_world(self.env)
                roles = (self.world.reviewers, self.world.trend_alerts)
                self.reviewer = self.join("hana", roles=roles)
                self.outsider = self.join("passer-by")
                yield self
            finally:
                await self.env.shutdown()
                await self._life.aclose()
        finally:
            logging.getLogger().removeHandler(self.errors)

    async def _start_services(self) -> None:
        self.database = await Database.open(self._url)
        self._life.push_async_callback(self.database.close)
        self._settled.clear()
        event.listen(self.database._writer.sync_engine, "commit", self._note_commit)
        self.bot = Fanchant(shard_count=1)
        sender = DiscordSender(self.bot, chart=draw_chart if self._real_charts else draw_pixel)
        if not self._real_charts:
            self.bot.draw_pictures = draw_pixels
        self.services = self.bot.services = assemble(
            self.database,
            self.clock,
            sender,
            redraw_interval=0,
            role_interval=0,
            direct_interval=0,
        )
        await self._life.enter_async_context(running(self.services))

    async def restart(self, *, after: timedelta = timedelta(0)) -> None:
        """End the process and start it anew on the same database, some time later."""
        await self.settle()
        await self._life.aclose()
        self.clock.advance(after.total_seconds())
        await self._start_services()
        await self.env.restart_bot(self.bot)
        await self.settle()

    async def configure(self, code: str = "en", *, zone: str = ZONE) -> None:
        """Choose everything that /setup asks for, by the short way."""
        servers, guild_id = self.services.servers, self.guild_id
        await servers.set_zone(self.manager, guild_id, zone)
        await servers.set_language(self.manager, guild_id, code)
        await servers.set_channel(self.manager, guild_id, self.world.announcements.id)
        for purpose, role in (
            (RolePurpose.ORGANISER, self.world.organisers),
            (RolePurpose.REVIEWER, self.world.reviewers),
            (RolePurpose.PING, self.world.trend_alerts),
        ):
            await servers.set_role(self.manager, guild_id, purpose, role.id)

    # ---- People and places

    def join(self, name: str, *, roles: tuple[Any, ...] = ()) -> MemberActor:
        return join(self.env, self.world.guild, name, name.title(), roles=roles)

    def actor(self, who: MemberActor) -> Actor:
        """Somebody as the services know them."""
        member = self.env.backend.get_member(self.guild_id, who.id)
        return Actor(who.id, frozenset(member.role_ids))

    @property
    def manager(self) -> Actor:
        """Somebody with Manage Server, as the services know them."""
        return Actor(self.moderator.id, manages_server=True)

    def holders(self, role_id: int | None) -> set[int]:
        """The user ids of those who have a role."""
        everyone = (self.organiser, self.moderator, self.reviewer, self.outsider, *self.fans)
        return {who.id for who in everyone if role_id in self.actor(who).role_ids}

    def take_role(self, who: MemberActor, role: RoleHandle) -> None:
        self.env.backend.remove_member_role(self.guild_id, who.id, role.id)

    @property
    def guild_id(self) -> int:
        return self.world.guild.id

    @property
    def organiser(self) -> MemberActor:
        return self.world.organiser

    @property
    def moderator(self) -> MemberActor:
        return self.world.moderator

    @property
    def fans(self) -> tuple[MemberActor, ...]:
        return self.world.fans

    @property
    def fan(self) -> MemberActor:
        return self.fans[0]

    @property
    def general(self) -> ChannelHandle:
        return self.world.general

    @property
    def announcements(self) -> ChannelHandle:
        return self.world.announcements

    def show_command(self, name: str, *people: MemberActor) -> None:
        """Have Discord show a command to people who lack its default permission."""
        command = self.env.backend.find_command(name, self.guild_id)
        assert command is not None
        self.world.guild.set_command_permissions(int(command["id"]), dict.fromkeys(people, True))

    # ---- What people do

    async def slash(self, who: MemberActor, command: str, /, **options: Any) -> InteractionResult:
        """Type a slash command in #general."""
        return await who.slash(self.general, command, **options)

    async def setup_page(self, name: str) -> InteractionResult:
        """Turn to a page of /setup, as a moderator."""
        panel = await self.slash(self.moderator, "setup")
        return await self.pick(self.moderator, panel, "setup_page", name)

    async def completions(
        self, who: MemberActor, command: str, option: str, typed: str, /, **filled: Any
    ) -> list[tuple[str, str]]:
        """What autocomplete offers for what was typed: (name, value) of each choice."""
        found = await who.autocomplete(self.general, command, option, typed, **filled)
        return [(choice["name"], choice["value"]) for choice in found]

    async def click(self, who: MemberActor, seen: Seen, label: str) -> InteractionResult:
        """Press a button by its label, and let the bot finish."""
        result = await who.click(message_of(seen), label=label)
        await self.settle()
        return result

    async def tap_twice(
        self, who: MemberActor, seen: Seen, label: str
    ) -> tuple[InteractionResult, InteractionResult]:
        """Press a button by its label, and again before the bot has answered."""
        backend, message = self.env.backend, message_of(seen)
        second = backend.new_interaction(3, message.channel_id, who.id, self.guild_id)
        second.source_message_id = message.id

        def press_again(event: str, payload: Mapping[str, Any]) -> None:
            if event == "INTERACTION_CREATE":
                backend.subscribers.remove(press_again)
                again = {"id": str(second.id), "token": second.token}
                backend.emit(event, {**payload, **again})

        backend.subscribers.append(press_again)
        first = await self.click(who, seen, label)
        return first, InteractionResult(self.env, second)

    async def press(self, who: MemberActor, seen: Seen, verb: str) -> InteractionResult:
        """Press a persistent button by its verb, whatever language its label has."""
        found = id_of(seen, f"fc:{verb}:")
        result = await who.click(message_of(seen), custom_id=found)
        await self.settle()
        return result

    async def pick(
        self, who: MemberActor, seen: Seen, select: str, *values: Any
    ) -> InteractionResult:
        """Pick from the select whose custom_id contains the word."""
        (found,) = (i for i in ids_of(seen) if select in i and i.startswith("fs"))
        result = await who.select(message_of(seen), values, custom_id=found)
        await self.settle()
        return result

    async def answer(self, who: MemberActor, asked: Seen, choice: str) -> InteractionResult:
        """Answer a question by the one select that it has."""
        result = await who.select(message_of(asked), [choice])
        await self.settle()
        return result

    async def fill(
        self,
        who: MemberActor | UserHandle,
        form: InteractionResult,
        *values: str | None,
        files: Sequence[tuple[str, bytes]] | str = (),
        **by_name: str,
    ) -> InteractionResult:
        """Submit a form, its texts in order; what is None or left out stays as it stood there.

        By a word of its label a select is picked from too; one without a choice gets its first.
        `files` are names and contents, and no text, whatever the type says for keywords in a dict.
        """
        boxes = boxes_of(form)
        texts = [box for box in boxes if box["type"] == ComponentType.TEXT_INPUT]
        assert len(values) <= len(texts)
        typed: dict[str, Any] = {box["custom_id"]: box.get("value") or "" for box in texts}
        for box in boxes:
            if options := box.get("options"):
                chosen = [option["value"] for option in options if option.get("default")]
                typed[box["custom_id"]] = chosen or [options[0]["value"]]
        for box, value in zip(texts, values, strict=False):
            if value is not None:
                typed[box["custom_id"]] = value
        for label, value in by_name.items():
            (box,) = (box for box in boxes if label in box["label"].lower())
            typed[box["custom_id"]] = [value] if box.get("options") else value
        if files:
            (box,) = (box for box in boxes if box["type"] == ComponentType.FILE_UPLOAD)
            typed[box["custom_id"]] = list(files)
        result = await who.submit_modal(form, typed)
        await self.settle()
        return result

    async def log_form(
        self, who: MemberActor, seen: Seen | None = None, *, number: int = 1
    ) -> InteractionResult:
        """Press *I did it* on the card, or on what is seen, and ask for another amount."""
        panel = await self.press(who, seen or self.card(number), "log")
        return await self.press(who, panel, "log_other")

    async def log(
        self,
        who: MemberActor,
        amount: str,
        proof: str = "",
        note: str = "",
        *,
        number: int = 1,
        files: Sequence[tuple[str, bytes]] = (),
    ) -> InteractionResult:
        """Log another amount than those that a tap logs."""
        form = await self.log_form(who, number=number)
        return await self.fill(who, form, amount, proof, note, files=files)

    async def contributions_of(self, who: MemberActor) -> InteractionResult:
        """What somebody has logged, as `/me` shows it."""
        return await self._me(who, 1)

    async def settings_of(self, who: MemberActor) -> InteractionResult:
        """What somebody has chosen, as `/me` shows it."""
        return await self._me(who, 2)

    async def _me(self, who: MemberActor, tab: int) -> InteractionResult:
        shown = await self.slash(who, "me")
        if is_disabled(shown, tab_id := f"fc:me_tab:0.{tab}"):
            return shown  # it opened there
        return await who.click(message_of(shown), custom_id=tab_id)

    async def draft(
        self, who: MemberActor | None = None, kind: str = "fundraiser", **options: Any
    ) -> InteractionResult:
        """Create a draft by /action create and its form; returns the preview."""
        who = who or self.organiser
        texts = options.pop("texts", TEXTS[kind])
        shown = await self.slash(
            who,
            "action create",
            **{"kind": kind, "title": "Match a million", "when": "24 Nov 20:00"} | options,
        )
        return await self.fill(who, shown, *texts)

    async def publish(self, kind: str = "fundraiser", **options: Any) -> Action:
        """Create an action and publish it; its messages are in the channel afterwards."""
        preview = await self.draft(kind=kind, **options)
        who = options.get("who") or self.organiser
        await self.press(who, preview, "publish")
        return await self.newest()

    async def forge(
        self, custom_id: str, channel: ChannelHandle | None = None, **component: Any
    ) -> ResponseMessage:
        """A message of the bot's with a button that it would not have drawn like this."""
        part = {"type": 2, "style": 1, "label": "forged"} | component | {"custom_id": custom_id}
        part = {name: value for name, value in part.items() if value is not None}
        backend = self.env.backend
        stored = backend.create_message(
            (channel or self.general).id,
            backend.bot_user.id,
            components=[{"type": 1, "components": [part]}],
            flags=discord.MessageFlags(components_v2=True).value,
        )
        await self.env.settle()
        return ResponseMessage(self.env, stored)

    async def press_forged(self, who: MemberActor, custom_id: str) -> InteractionResult:
        result = await who.click(await self.forge(custom_id), custom_id=custom_id)
        await self.settle()
        return result

    async def pick_forged(
        self, who: MemberActor, custom_id: str, value: Any, **component: Any
    ) -> InteractionResult:
        select = {"style": None, "label": None} | component
        message = await self.forge(custom_id, **select)
        result = await who.select(message, [value], custom_id=custom_id)
        await self.settle()
        return result

    # ---- Time

    async def settle(self) -> None:
        """Let everything that is due be sent, drawn and taken notice of."""
        await self._unless_settled(self.services.dispatcher.send_due)
        await self._unless_settled(self.services.roles.catch_up)
        await self._unless_settled(self.services.dispatcher.send_due)
        await self.services.redraws.flush()
        await self.env.settle()
        # What was deleted is noticed just now.
        if await self._unless_settled(self.services.dispatcher.send_due):
            await self.env.settle()

    async def _unless_settled(self, work: Callable[[], Awaitable[object]]) -> bool:
        """Do what depends on rows and the time, unless both are as they were the last time."""
        state = self._commits, self.clock.now()
        if self._settled.get(work.__qualname__) == state:
            return False
        self._settled[work.__qualname__] = state
        await work()
        return True

    def _note_commit(self, _connection: object) -> None:
        self._commits += 1

    async def jump(self, **time: float) -> None:
        """Let time pass; whatever falls due on the way goes out when it is due."""
        await self.jump_to(self.clock.now() + timedelta(**time))

    async def jump_to(self, until: datetime) -> None:
        for _ in range(MOST_MESSAGES):
            due = await self.services.dispatcher.next_due()
            if due is None or due > until:
                break
            self.clock.advance_to(max(due, self.clock.now()))
            await self.settle()
        else:
            raise AssertionError("the same message falls due over and over")
        self.clock.advance_to(until)
        await self.settle()

    # ---- What there is to see

    def messages(self, channel: ChannelHandle | None = None) -> list[ResponseMessage]:
        """What everybody sees in a channel, oldest first; #announcements by default."""
        stored = self.env.backend.messages[(channel or self.announcements).id].values()
        return [
            ResponseMessage(self.env, message)
            for message in sorted(stored, key=lambda message: message.id)
            if not message.is_ephemeral
        ]

    def message_with(self, text: str) -> ResponseMessage:
        """The one message in #announcements that says this."""
        found = [message for message in self.messages() if text in text_of(message)]
        assert len(found) == 1, f"{len(found)} messages say {text!r}"
        return found[0]

    def card(self, number: int = 1) -> ResponseMessage:
        """The card of an action."""
        cards = [
            message
            for message in self.messages()
            if message.flags.components_v2
            and all(file.filename.startswith("poster-") for file in message.attachments)
        ]
        return cards[number - 1]

    def id_of(self, number: int = 1) -> int:
        """The id of an action, which its buttons carry."""
        ids = [i.split(":")[2] for i in ids_of(self.card(number)) if i.startswith("fc:")]
        return int(ids[0])

    async def newest(self) -> Action:
        """The action that was published last."""
        found = await self.services.actions.search(self.guild_id, "", states=PUBLISHED)
        return max(found, key=lambda action: action.number or 0)

    async def contributions(self, action: Action) -> list[Contribution]:
        """What was logged in an action, the first one first."""
        async with self.database.read() as conn:
            ids, now = (action.guild_id, action.action_id), self.clock.now()
            return await list_contributions(conn, *ids, until=now)

    async def deliveries(self, action: Action) -> list[DeliveryRecord]:
        async with self.database.read() as conn:
            return await list_deliveries(conn, self.guild_id, action.action_id)

    async def outcome(self, action: Action, kind: DeliveryKind) -> list[DeliveryState]:
        """What became of an action's deliveries of a kind."""
        records = await self.deliveries(action)
        return [record.state for record in records if record.delivery.kind is kind]

    def sent(self, path_end: str = "", method: str = "POST") -> list[Any]:
        """The bodies of what the bot sent to Discord, of requests whose path ends so."""
        return [
            request.json
            for request in self.env.http_requests
            if request.method == method and request.path.endswith(path_end)
        ]

    # ---- Afterwards

    def expect_error(self, text: str) -> None:
        """Say that an error was logged on purpose; each has to be expected."""
        found = [logged for logged in self.errors.texts if text in logged]
        assert found, f"nothing logged says {text!r}: {self.errors.texts}"
        for logged in found:
            self.errors.texts.remove(logged)

    def forgive(self, *kinds: type[Exception]) -> None:
        """Say that errors of these kinds were raised on purpose."""
        self._forgiven = (*self._forgiven, *kinds)

    def assert_clean(self) -> None:
        """Assert that nothing went wrong but what was expected."""
        assert self.errors.texts == []
        causes = map(cause, self.env.errors)
        assert [error for error in causes if not isinstance(error, self._forgiven)] == []

    def record_requests(self, path: Path) -> None:
        """Append every request that the bot sent, as lines of JSON."""
        record_requests(self.env, path)


TEXTS: dict[str, tuple[str, ...]] = {
    "fundraiser": ("https://example.org/give", "USD", "10,000", "500", "1,000"),
    "hashtag": ("#OnlyAtTheMoment", "Your favourite stage, and why", "5,000", "", ""),
    "stream": (
        "https://open.spotify.com/playlist/37i9dQ\nhttps://music.apple.com/kr/playlist/starlight",
        "Whole songs, with sound on, and sleep at night",
        "50,000",
        "",
    ),
    "vote": ("Make your account a week ahead", "20,000"),
    "project": ("A fan book, ready to print", "https://example.org/board"),
    "attendance": (
        "Gate 3, by the big clock",
        "https://example.org/map",
        "Bring water",
        "STAR2026",
    ),
    "submission": (
        "The birthday book that goes to the agency",
        "Own drawings, upright A5",
        "https://example.org/call",
        "200",
    ),
    "custom": ("letters", "Write by hand", "https://example.org/letters", "100", "20"),
}
"""What organisers fill into a kind's form, in its order."""

ENGLISH, KOREAN = (language(code) for code in ("en", "ko"))
assert {"en", "ko"} <= set(LANGUAGES)
