"""Use cases of sign-up settings: who may sign up, until when, as what, and on what condition."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as queries
from db.queries import options, roles
from db.queries.audit import write_down
from db.queries.servers import next_id
from domain.actions import Action
from domain.audit import Act
from domain.conditions import condition, cut_off
from domain.errors import Refusal
from domain.language_channels import roles_of
from domain.life_cycle import require_ongoing
from domain.roles import ROLE_GONE, ROLES_TRIED, SWITCHED, RoleProgress
from domain.servers import Actor
from domain.sign_up_options import OptionLine, settle_options
from domain.walls import Resolved
from services.changing import Changing, Done, WriteUp
from services.clock import Clock
from services.group_commit import GroupCommit
from services.language_channels import require_no_language
from services.roles import Roles


class SignUpSettings:
    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        changing: Changing,
        participant_roles: Roles,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._changing = changing
        self._roles = participant_roles

    async def find(
        self, actor: Actor, guild_id: int, action_id: int
    ) -> tuple[Action, RoleProgress]:
        """An action that the actor may change, and how far its role has come."""
        action = await self._changing.find(actor, guild_id, action_id)
        async with self._database.read() as conn:
            return action, await roles.load_progress(conn, guild_id, action_id)

    async def set_role(
        self, actor: Actor, guild_id: int, action_id: int, role_id: int | None
    ) -> Action:
        """Have people need a role to sign up, or none. Who is in stays in."""
        if role_id == guild_id:
            role_id = None  # the role that everyone has
        return await self._set(
            actor,
            guild_id,
            action_id,
            "sign_up_role",
            lambda action, _: replace(action, sign_up_role_id=role_id),
        )

    async def set_cut_off(
        self, actor: Actor, guild_id: int, action_id: int, lead: timedelta | None
    ) -> Action:
        """Close sign-ups so long before the start, or at the end where None."""
        return await self._set(
            actor,
            guild_id,
            action_id,
            "sign_up_lead",
            lambda action, now: cut_off(action, lead, now),
        )

    async def set_condition(
        self,
        actor: Actor,
        guild_id: int,
        action_id: int,
        needed: int | None,
        decide: Resolved | None,
    ) -> Action:
        """Have it go ahead only if so many people are in by then, or in any case."""
        return await self._set(
            actor,
            guild_id,
            action_id,
            "condition",
            lambda action, now: condition(action, needed, decide, now),
        )

    async def set_channel(
        self, actor: Actor, guild_id: int, action_id: int, channel_id: int | None
    ) -> Action:
        """Choose where a draft will be posted; where the server's are posted if None.

        Refused for a language channel, which gets a card of its own.
        """

        async def change(conn: AsyncConnection, action: Action) -> None:
            if action.number is not None:
                raise Refusal(
                    "refused.published_already", number=str(action.number), title=action.title
                )
            await require_no_language(conn, guild_id, channel_id)
            await queries.update_action(conn, replace(action, channel_id=channel_id))

        return await self._changing.change(actor, guild_id, action_id, change, _edited("channel"))

    async def set_options(
        self, actor: Actor, guild_id: int, action_id: int, wanted: Sequence[OptionLine]
    ) -> Action:
        """Offer just these options beside *I'm in*; raises `Refusal` (see `settle_options`)."""

        async def change(conn: AsyncConnection, action: Action) -> None:
            self._require_changeable(action)
            settled = settle_options(action.parts.options, wanted)
            first_id = await next_id(conn, guild_id, max(1, len(settled)))
            numbered = [
                option if option.option_id else replace(option, option_id=new_id)
                for new_id, option in enumerate(settled, first_id)
            ]
            await options.keep_options(conn, guild_id, action_id, numbered)

        done = Done(Act.EDITED, {"fields": ["options"]})
        return await self._changing.change(actor, guild_id, action_id, change, done)

    async def switch_role(
        self, actor: Actor, guild_id: int, action_id: int, *, grants: bool
    ) -> Action:
        """Give whoever is in a role of the action's own, or delete that role."""

        async def change(conn: AsyncConnection, action: Action) -> None:
            self._require_changeable(action)
            if action.grants_role == grants:
                return
            await queries.update_action(conn, replace(action, grants_role=grants))
            if grants:
                # A role that was switched off just now may still stand, as it was then.
                now = self._clock.now()
                standing = roles_of(action) | await roles.list_roles(conn, guild_id, action_id)
                for language in await roles.list_languages(conn, guild_id, action_id):
                    takes = standing.get(language) is not None
                    await roles.want_everyone(
                        conn, guild_id, action_id, now, language=language, takes=takes
                    )
            else:
                await roles.forget(conn, guild_id, action_id)

        done = Done(Act.EDITED, SWITCHED)
        action = await self._changing.change(actor, guild_id, action_id, change, done)
        self._roles.wake(tidy=not grants)
        return action

    async def try_roles_again(
        self, actor: Actor, guild_id: int, action_id: int, *, gone: Collection[str] = ()
    ) -> Action:
        """Have the queues of an action's roles go on that stopped, once that was mended.

        `gone`: the languages whose roles were deleted: those are made anew and given to everybody.
        It is written down: if the queue stops again, organisers are told again.
        """
        action = await self._changing.find(actor, guild_id, action_id)

        async def work(conn: AsyncConnection) -> None:
            now = self._clock.now()
            locked = await queries.load_action(conn, guild_id, action_id, lock=True)
            if locked is None or not locked.grants_role:
                return
            errors = await roles.list_errors(conn, guild_id, action_id)
            tried = False
            for language in await roles.list_languages(conn, guild_id, action_id):
                error = errors.get(language)
                if language in gone or error == ROLE_GONE:
                    ids = (guild_id, action_id)
                    await roles.save_role(conn, *ids, None, language=language)
                    await roles.forget(conn, *ids, language)
                    await roles.want_everyone(conn, *ids, now, language=language)
                elif error is not None:
                    await roles.retry(conn, guild_id, action_id, language, now)
                else:
                    continue
                tried = True
            if tried:
                act, who = Act.TRIED_AGAIN, actor.user_id
                await write_down(
                    conn, guild_id, action_id, act, now, user_id=who, detail=ROLES_TRIED
                )

        await self._commit.run(work)
        self._roles.wake()
        return action

    async def _set(
        self,
        actor: Actor,
        guild_id: int,
        action_id: int,
        name: str,
        change: Callable[[Action, datetime], Action],
    ) -> Action:
        async def write(conn: AsyncConnection, action: Action) -> None:
            self._require_changeable(action)
            await queries.update_action(conn, change(action, self._clock.now()))

        return await self._changing.change(actor, guild_id, action_id, write, _edited(name))

    def _require_changeable(self, action: Action) -> None:
        if action.number is not None:
            require_ongoing(action, self._clock.now())


def _edited(name: str) -> WriteUp:
    """Write down that a field was changed, if it was."""
    done = Done(Act.EDITED, {"fields": [name]}, posts=True)
    return lambda before, after: [] if before == after else [done]
