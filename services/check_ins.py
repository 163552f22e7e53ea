"""Use cases of checking in: by oneself, with the code shown on site, or by an organiser's tick."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import participants
from db.queries.appeals import load_appeals
from db.queries.audit import write_down
from db.queries.given import list_given_by
from db.queries.servers import next_id
from domain.actions import Action
from domain.audit import Act
from domain.check_ins import (
    MOST_NOT_COUNTED,
    WRONG_CODES_WITHIN,
    Given,
    code_of,
    held_out_of_time,
    live_of,
    not_counted_of,
    require_check_in_open,
    same_code,
    wait_for_next_try,
)
from domain.errors import Gone, NotAllowed, Refusal
from domain.kinds import ProofKind
from domain.ledger import Check, Verdict, standing
from domain.managing import require_manager
from domain.openings import require_logging_open
from domain.servers import Actor, Server
from services.clock import Clock
from services.group_commit import GroupCommit
from services.ledger import Entry, Logged, add_check, enter, withdraw_entry
from services.redraws import Redraws
from services.servers import Servers

CHECK_IN = "check_in"
"""The step of kinds at which people check in."""

Guesser = tuple[int, int, int]
"""Server, action and user id."""


class WrongCode(Refusal):
    """The code is another one."""


class _Tries:
    """When people typed wrong codes. It is forgotten at a restart, and that is enough."""

    def __init__(self) -> None:
        self._wrong: dict[Guesser, list[datetime]] = defaultdict(list)

    def begin(self, who: Guesser, now: datetime) -> None:
        """Count a try as wrong until it turns out right; refuses one too many."""
        wait = wait_for_next_try(self._wrong[who], now)
        if wait is not None:
            raise Refusal("check_in.too_many_tries", again=now + wait)
        self._wrong[who].append(now)

    def end(self, who: Guesser, began: datetime) -> None:
        """Forget a try that was not wrong, and what is long past."""
        self._wrong[who].remove(began)
        old = [
            key
            for key, tries in self._wrong.items()
            if not tries or began - tries[-1] > WRONG_CODES_WITHIN
        ]
        for key in old:
            del self._wrong[key]


class _Outcome(StrEnum):
    """What came of one person's tick, in the order of `Ticked`."""

    TICKED = "ticked"
    ALREADY = "already"
    DECIDED = "decided"


@dataclass(frozen=True)
class Ticked:
    """Whom an organiser ticked, by Discord user id.

    `already` were verified before; of `decided` a reviewer has said that they don't count.
    """

    action: Action
    ticked: tuple[int, ...]
    already: tuple[int, ...]
    decided: tuple[int, ...]


class CheckIns:
    """Everybody counts once, whoever checks them in: the action is locked meanwhile.

    Whose check-in a reviewer didn't count can check in once more, unless they appeal against it.
    """

    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        servers: Servers,
        redraws: Redraws,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._servers = servers
        self._redraws = redraws
        self._tries = _Tries()

    async def check_in(self, actor: Actor, guild_id: int, action_id: int, code: str = "") -> Logged:
        """Check the actor in. Where the action has a code, it has to be that, and is the proof.

        What is too early or too late is held, and so is what comes while the action is paused; who
        was too early, or did it then, can do it again in time.
        Raises `WrongCode`, and another `Refusal` after five of those in ten minutes.
        """

        async def work(conn: AsyncConnection) -> Logged:
            now = self._clock.now()
            action = await self._load(conn, guild_id, action_id, lock=True)
            who = await participants.participant_of(conn, guild_id, actor.user_id, now)
            own = await list_given_by(conn, guild_id, action_id, who)
            found, checked = live_of(own) or (None, None)
            if found is None:
                await _require_another(conn, action, own)
            elif checked is None and held_out_of_time(action, found, now):
                await withdraw_entry(conn, action, found, standing(found, None), now)
                action = await self._load(conn, guild_id, action_id, lock=True)
            else:
                waits = checked is None and found.held is not None
                key = "check_in.already_held" if waits else "check_in.already"
                raise Refusal(key, title=action.title)
            known = code_of(action)
            if known is not None and not same_code(known, code):
                raise WrongCode("check_in.wrong_code")
            # The code itself is stored nowhere beside the action: it is the organisers' secret.
            proof = None if known is None else ProofKind.CODE
            (logged,) = await enter(conn, action, [Entry(actor.user_id, 1, proof)], now)
            return logged

        who, began = (guild_id, action_id, actor.user_id), self._clock.now()
        self._tries.begin(who, began)
        wrong = False
        try:
            logged = await self._commit.run(work)
        except WrongCode:
            wrong = True
            raise
        finally:
            if not wrong:
                self._tries.end(who, began)
        self._redraws.request(guild_id, action_id)
        return logged

    async def find_open(self, guild_id: int, action_id: int) -> Action:
        """An action in which people can check in now."""
        async with self._database.read() as conn:
            return await self._load(conn, guild_id, action_id)

    async def find(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """An action that the actor runs, while people can be ticked in it."""
        server = await self._servers.get(guild_id)
        async with self._database.read() as conn:
            return await self._load(conn, guild_id, action_id, run_by=(actor, server))

    async def tick(
        self, actor: Actor, guild_id: int, action_id: int, user_ids: Sequence[int]
    ) -> Ticked:
        """Check others in, verified by the actor, who runs the action; never oneself.

        Who had checked in already is verified by it.
        """
        server = await self._servers.get(guild_id)
        wanted = tuple(dict.fromkeys(user_ids))

        async def work(conn: AsyncConnection) -> Ticked:
            action = await self._load(conn, guild_id, action_id, lock=True, run_by=(actor, server))
            if actor.user_id in wanted:
                raise NotAllowed("check_in.not_yourself")
            outcomes: dict[_Outcome, list[int]] = {outcome: [] for outcome in _Outcome}
            for user_id in wanted:
                outcome = await self._tick_one(conn, actor, guild_id, action_id, user_id)
                outcomes[outcome].append(user_id)
            if ticked := outcomes[_Outcome.TICKED]:
                detail = {"count": len(ticked)}
                now = self._clock.now()
                await write_down(
                    conn,
                    guild_id,
                    action_id,
                    Act.TICKED_OTHER,
                    now,
                    user_id=actor.user_id,
                    detail=detail,
                )
            return Ticked(action, *(tuple(outcomes[outcome]) for outcome in _Outcome))

        done = await self._commit.run(work)
        self._redraws.request(guild_id, action_id)
        return done

    async def _tick_one(
        self, conn: AsyncConnection, actor: Actor, guild_id: int, action_id: int, user_id: int
    ) -> _Outcome:
        """Check one person in, or verify that they did so themselves."""
        now = self._clock.now()
        # Its totals move with every tick.
        action = await self._load(conn, guild_id, action_id, lock=True)
        who = await participants.participant_of(conn, guild_id, user_id, now)
        own = await list_given_by(conn, guild_id, action_id, who)
        found, checked = live_of(own) or (None, None)
        if checked is not None:
            return _Outcome.ALREADY
        if found is None and not_counted_of(own):
            return _Outcome.DECIDED
        if found is None:
            entry = Entry(user_id, 1, entered_by=actor.user_id)
            (logged,) = await enter(conn, action, [entry], now)
            found, action = logged.contribution, await self._load(conn, guild_id, action_id)
        reviewer = await participants.participant_of(conn, guild_id, actor.user_id, now)
        check = Check(await next_id(conn, guild_id), found.contribution_id, Verdict.VERIFIED, now)
        await add_check(conn, action, found, standing(found, None), check, reviewer)
        return _Outcome.TICKED

    async def _load(
        self,
        conn: AsyncConnection,
        guild_id: int,
        action_id: int,
        *,
        lock: bool = False,
        run_by: tuple[Actor, Server] | None = None,
    ) -> Action:
        """An action in which people can check in now, or be ticked by who runs it.

        Their own check-ins are taken early and late, and held.
        """
        action = await action_queries.load_action(
            conn, guild_id, action_id, lock=lock, whole=run_by is not None
        )
        if action is None or not action.announced(self._clock.now()):
            raise Gone("refused.no_such_action")
        if run_by is not None:
            require_manager(*run_by, action)
        if CHECK_IN not in action.rules.steps:
            raise Refusal("check_in.not_here", title=action.title)
        if run_by is None:
            require_logging_open(action, self._clock.now())
        else:
            require_check_in_open(action, self._clock.now())
        return action


async def _require_another(conn: AsyncConnection, action: Action, own: Collection[Given]) -> None:
    """Refuse one more check-in of who had theirs not counted twice, or has an appeal open."""
    refused = not_counted_of(own)
    if len(refused) >= MOST_NOT_COUNTED:
        raise Refusal("check_in.decided", title=action.title)
    checks = {contribution.contribution_id: check for contribution, check in refused}
    appeals = await load_appeals(conn, action.guild_id, checks.keys())
    if any(appeal.is_open(checks[number]) for number, appeal in appeals.items()):
        raise Refusal("check_in.appealed", title=action.title)
