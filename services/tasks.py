"""Use cases of a project's tasks: organisers list them, members claim and finish them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import participants
from db.queries import tasks as queries
from domain.actions import Action, ActionState, require_contributions_open
from domain.audit import Act
from domain.errors import Gone, Refusal
from domain.kinds import Feature, ProofKind
from domain.servers import Actor
from domain.sign_ups import SignUpState
from domain.tasks import MOST_TASKS, Task, TaskState, read_task_title
from domain.walls import Resolved
from services.changing import Changing, Done
from services.clock import Clock
from services.group_commit import GroupCommit
from services.ledger import (
    Entry,
    Logged,
    enter,
    evidence_of,
    load_for_change,
    withdraw_entry,
)
from services.redraws import Redraws
from services.sign_ups import SignUps

OVER = (ActionState.FINAL, ActionState.CANCELLED)

Step = Callable[[AsyncConnection, Action, Task], Awaitable[Logged | None]]
"""What a member does with a task of an action that is locked and open; may raise `Refusal`."""


@dataclass(frozen=True)
class NewTask:
    """A task as an organiser wrote it down, with its deadline read."""

    title: str
    due: Resolved | None = None


@dataclass(frozen=True)
class TaskDone:
    """A task as a member left it, its whole action, and what went into the ledger, if anything."""

    action: Action
    task: Task
    logged: Logged | None = None


class TaskLists:
    """What organisers do with a project's tasks; each act is written down."""

    def __init__(self, changing: Changing, clock: Clock) -> None:
        self._changing = changing
        self._clock = clock

    async def find(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """A project that the actor runs, with its tasks."""
        action = await self._changing.find(actor, guild_id, action_id)
        require_tasks(action)
        return action

    async def add(
        self, actor: Actor, guild_id: int, action_id: int, tasks: Sequence[NewTask]
    ) -> Action:
        """Add tasks behind those that are there: all of them, or none where one is refused."""
        new = [_as_task(task) for task in tasks]
        if not new:
            raise Refusal("tasks.none_typed")

        async def change(conn: AsyncConnection, action: Action) -> None:
            self._require_changeable(action)
            if len(action.parts.tasks) + len(new) > MOST_TASKS:
                there = len(action.parts.tasks)
                raise Refusal("tasks.too_many", limit=MOST_TASKS, room=MOST_TASKS - there)
            await queries.insert_tasks(conn, guild_id, action_id, new)

        return await self._change(actor, guild_id, action_id, change)

    async def edit(
        self, actor: Actor, guild_id: int, action_id: int, task_id: int, task: NewTask
    ) -> Action:
        """Give a task another name and deadline; who has it keeps it."""
        new = replace(_as_task(task), task_id=task_id)

        async def change(conn: AsyncConnection, action: Action) -> None:
            self._require_changeable(action)
            task_of(action, task_id)
            await queries.write_task(conn, guild_id, action_id, new)

        return await self._change(actor, guild_id, action_id, change)

    async def remove(
        self, actor: Actor, guild_id: int, action_id: int, task_id: int, *, claimed: bool = False
    ) -> Action:
        """Remove a task that is not done; one that somebody has, only where `claimed` is meant."""

        async def change(conn: AsyncConnection, action: Action) -> None:
            self._require_changeable(action)
            task = task_of(action, task_id)
            if task.state is TaskState.DONE:
                raise Refusal("tasks.remove_done", task=task.title)
            if task.state is TaskState.CLAIMED and not claimed:
                raise Refusal("tasks.remove_claimed", task=task.title)
            await queries.delete_task(conn, guild_id, action_id, task_id)

        return await self._change(actor, guild_id, action_id, change)

    async def free(self, actor: Actor, guild_id: int, action_id: int, task_id: int) -> Action:
        """Take a task from somebody who has it and has not done it, so that others can."""

        async def change(conn: AsyncConnection, action: Action) -> None:
            self._require_changeable(action)
            task = task_of(action, task_id)
            if task.state is TaskState.DONE:
                raise Refusal("tasks.free_done", task=task.title)
            await queries.give_task(conn, guild_id, action_id, task_id, None, self._clock.now())

        return await self._change(actor, guild_id, action_id, change)

    async def _change(
        self,
        actor: Actor,
        guild_id: int,
        action_id: int,
        change: Callable[[AsyncConnection, Action], Awaitable[None]],
    ) -> Action:
        done = Done(Act.PARTS_CHANGED, {"part": "tasks"})
        return await self._changing.change(actor, guild_id, action_id, change, done)

    def _require_changeable(self, action: Action) -> None:
        require_tasks(action)
        state = action.state_at(self._clock.now())
        if state in OVER:
            raise Refusal(f"refused.state.{state.value}", title=action.title)


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
        """Mark one's task as done, which logs a contribution; a link to the work proves it.

        Of what is done already nothing changes, and nothing is logged.
        """

        async def finish(conn: AsyncConnection, action: Action, task: Task) -> Logged | None:
            _require_own(task, actor)
            if task.state is TaskState.DONE:
                return None
            proof = ProofKind.LINK if link else None
            evidence = evidence_of(ProofKind.LINK, link)
            entry = Entry(actor.user_id, 1, proof, evidence, note)
            (logged,) = await enter(conn, action, [entry], self._clock.now())
            done_by = logged.contribution.contribution_id
            await queries.finish_task(conn, guild_id, action_id, task_id, done_by)
            return logged

        return await self._step(actor, guild_id, action_id, task_id, finish)

    async def undo(self, actor: Actor, guild_id: int, action_id: int, task_id: int) -> TaskDone:
        """Take back that one's task is done: its contribution is withdrawn, the task kept."""

        async def undo(conn: AsyncConnection, action: Action, task: Task) -> Logged | None:
            _require_own(task, actor)
            if task.contribution_id is None:
                return None
            found = await load_for_change(conn, guild_id, task.contribution_id)
            return await withdraw_entry(conn, *found, self._clock.now())

        return await self._step(actor, guild_id, action_id, task_id, undo)

    async def _join(self, actor: Actor, guild_id: int, action_id: int) -> None:
        """Sign the actor up where they are not in."""
        known = await self._sign_ups.find(actor, guild_id, action_id)
        state = None if known is None else known.state
        if state not in (SignUpState.IN, SignUpState.WAITLISTED):
            state = (await self._sign_ups.join(actor, guild_id, action_id)).state
        if state is SignUpState.WAITLISTED:
            raise Refusal("tasks.waitlisted")

    async def _step(
        self, actor: Actor, guild_id: int, action_id: int, task_id: int, step: Step
    ) -> TaskDone:
        async def work(conn: AsyncConnection) -> TaskDone:
            action = await action_queries.load_action(conn, guild_id, action_id, lock=True)
            if action is None:
                raise Gone("refused.no_such_action")
            require_contributions_open(action, self._clock.now())
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


def _as_task(new: NewTask) -> Task:
    due = new.due
    return Task(
        task_id=0,
        title=read_task_title(new.title),
        due=None if due is None else due.wall,
        due_at=None if due is None else due.at,
    )


def _require_free(task: Task, actor: Actor) -> None:
    if task.state is not TaskState.FREE and task.claimed_by != actor.user_id:
        raise Refusal("tasks.taken", task=task.title)


def _require_own(task: Task, actor: Actor) -> None:
    if task.claimed_by != actor.user_id:
        raise Refusal("tasks.not_yours", task=task.title)
