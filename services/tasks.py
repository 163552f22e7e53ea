"""Use cases of members with a project's tasks: claiming, giving back, finishing them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import participants
from db.queries import tasks as queries
from domain.actions import Action
from domain.errors import Gone, Refusal
from domain.evidence import evidence_of, require_few
from domain.kinds import Feature, ProofKind
from domain.openings import require_contributions_open, require_logging_open
from domain.servers import Actor
from domain.sign_ups import SignUpState
from domain.tasks import Task, TaskState
from services.clock import Clock
from services.group_commit import GroupCommit
from services.ledger import (
    Entry,
    Logged,
    enter,
    load_for_change,
    withdraw_entry,
)
from services.redraws import Redraws
from services.sign_ups import SignUps, require_in

Step = Callable[[AsyncConnection, Action, Task], Awaitable[Logged | None]]
"""What a member does with a task of an action that is locked and open; may raise `Refusal`."""


@dataclass(frozen=True)
class TaskDone:
    """A task as a member left it, its whole action, and what went into the ledger, if anything."""

    action: Action
    task: Task
    logged: Logged | None = None


class Tasks:
    """What members do with tasks. A task is one person's at a time: the action is locked."""

    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        redraws: Redraws,
        sign_ups: SignUps,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._redraws = redraws
        self._sign_ups = sign_ups

    async def find(self, guild_id: int, action_id: int) -> Action:
        """A project that was announced, with its tasks."""
        async with self._database.read() as conn:
            action = await action_queries.load_action(conn, guild_id, action_id, whole=True)
        if action is None or not action.announced(self._clock.now()):
            raise Gone("refused.no_such_action")
        require_tasks(action)
        return action

    async def claim(self, actor: Actor, guild_id: int, action_id: int, task_id: int) -> TaskDone:
        """Take a free task, signing up first where one is not in; having it already is fine."""

        async def look(conn: AsyncConnection, action: Action, task: Task) -> None:
            _require_free(task, actor)

        await self._step(actor, guild_id, action_id, task_id, look)
        await self._join(actor, guild_id, action_id)

        async def claim(conn: AsyncConnection, action: Action, task: Task) -> None:
            _require_free(task, actor)
            if task.state is TaskState.FREE:
                now = self._clock.now()
                who = await participants.participant_of(conn, guild_id, actor.user_id, now)
                await require_in(conn, action, who, key="tasks.left")
                await queries.give_task(conn, guild_id, action_id, task_id, who, now)

        return await self._step(actor, guild_id, action_id, task_id, claim)

    async def give_back(
        self, actor: Actor, guild_id: int, action_id: int, task_id: int
    ) -> TaskDone:
        """Leave a task that one has not done to others."""

        async def give_back(conn: AsyncConnection, action: Action, task: Task) -> None:
            _require_own(task, actor)
            if task.state is TaskState.DONE:
                raise Refusal("tasks.give_back_done", task=task.title)
            await queries.give_task(conn, guild_id, action_id, task_id, None, self._clock.now())

        return await self._step(actor, guild_id, action_id, task_id, give_back)

    async def finish(
        self,
        actor: Actor,
        guild_id: int,
        action_id: int,
        task_id: int,
        *,
        link: str = "",
        note: str = "",
    ) -> TaskDone:
        """Mark one's task as done, which logs a contribution.

        Links to the work, one a line, prove it. Of what is done already nothing changes, and
        nothing is logged. What comes late is held.
        """

        async def finish(conn: AsyncConnection, action: Action, task: Task) -> Logged | None:
            _require_own(task, actor)
            if task.state is TaskState.DONE:
                return None
            proof = ProofKind.LINK if link else None
            evidence = evidence_of(ProofKind.LINK, link)
            require_few(len(evidence))
            entry = Entry(actor.user_id, 1, proof, evidence, note)
            (logged,) = await enter(conn, action, [entry], self._clock.now())
            done_by = logged.contribution.contribution_id
            await queries.finish_task(conn, guild_id, action_id, task_id, done_by)
            return logged

        return await self._step(actor, guild_id, action_id, task_id, finish, late=True)

    async def undo(self, actor: Actor, guild_id: int, action_id: int, task_id: int) -> TaskDone:
        """Take back that one's task is done: its contribution is withdrawn, the task kept."""

        async def undo(conn: AsyncConnection, action: Action, task: Task) -> Logged | None:
            _require_own(task, actor)
            if task.contribution_id is None:
                return None
            found = await load_for_change(conn, guild_id, task.contribution_id)
            return await withdraw_entry(conn, *found, self._clock.now())

        return await self._step(actor, guild_id, action_id, task_id, undo, late=True)

    async def _join(self, actor: Actor, guild_id: int, action_id: int) -> None:
        """Sign the actor up where they are not in."""
        known = await self._sign_ups.find(actor, guild_id, action_id)
        state = None if known is None else known.state
        if state not in (SignUpState.IN, SignUpState.WAITLISTED):
            state = (await self._sign_ups.join(actor, guild_id, action_id)).result.state
        if state is SignUpState.WAITLISTED:
            raise Refusal("tasks.waitlisted")

    async def _step(
        self,
        actor: Actor,
        guild_id: int,
        action_id: int,
        task_id: int,
        step: Step,
        *,
        late: bool = False,
    ) -> TaskDone:
        """Take a step in an open action, or in one that takes what comes late."""
        require_open = require_logging_open if late else require_contributions_open

        async def work(conn: AsyncConnection) -> TaskDone:
            action = await action_queries.load_action(conn, guild_id, action_id, lock=True)
            if action is None:
                raise Gone("refused.no_such_action")
            require_open(action, self._clock.now())
            require_tasks(action)
            task = await queries.load_task(conn, guild_id, action_id, task_id)
            if task is None:
                raise Gone("tasks.gone")
            logged = await step(conn, action, task)
            changed = await action_queries.load_action(conn, guild_id, action_id, whole=True)
            assert changed is not None
            return TaskDone(changed, task_of(changed, task_id), logged)

        done = await self._commit.run(work)
        self._redraws.request(guild_id, action_id)
        return done


def task_of(action: Action, task_id: int) -> Task:
    """A task of a whole action; raises `Gone`."""
    for task in action.parts.tasks:
        if task.task_id == task_id:
            return task
    raise Gone("tasks.gone")


def require_tasks(action: Action) -> None:
    """Refuse actions of kinds that have no tasks."""
    if Feature.TASKS not in action.rules.features:
        raise Refusal("tasks.none_here", title=action.title)


def _require_free(task: Task, actor: Actor) -> None:
    if task.state is not TaskState.FREE and task.claimed_by != actor.user_id:
        raise Refusal("tasks.taken", task=task.title)


def _require_own(task: Task, actor: Actor) -> None:
    if task.claimed_by != actor.user_id:
        raise Refusal("tasks.not_yours", task=task.title)
