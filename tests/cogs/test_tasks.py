"""A project's tasks: written down by organisers, claimed and done by fans, seen on the card."""

from __future__ import annotations

from datetime import timedelta

from simcord.actors import MemberActor
from simcord.results import InteractionResult

from domain.actions import Action
from domain.tasks import MOST_TASKS, Task, TaskState
from tests.fanserver import ENGLISH, FanServer
from tests.shown import form_of, id_of, ids_of, labels_of, message_of, pings_of, text_of, told

LINK = "https://example.org/poster.png"
LIST = "Poster design | 23 Nov 20:00\n- Subtitles\n\n3. Thread ｜ 24 Nov 18:00"


async def add(server: FanServer, action_id: int, typed: str) -> InteractionResult:
    """Open the list as its organiser and add tasks to it."""
    panel = await server.press_forged(server.organiser, f"fc:task_list:{action_id}")
    form = await server.press(server.organiser, panel, "task_add")
    return await server.fill(server.organiser, form, typed)


async def a_project(server: FanServer, typed: str = LIST) -> Action:
    """A published project with tasks."""
    action = await server.publish(kind="project", when="24 Nov 20:00")
    await add(server, action.action_id, typed)
    return action


async def claim(server: FanServer, who: MemberActor, panel: InteractionResult) -> InteractionResult:
    """Press *I'll do it* of the first task on a panel that has it."""
    custom_id = next(i for i in ids_of(panel) if i.startswith("fc:task_claim:"))
    result = await who.click(message_of(panel), custom_id=custom_id)
    await server.settle()
    return result


async def tasks_of(server: FanServer, action: Action) -> tuple[Task, ...]:
    found = await server.services.actions.find_whole(server.guild_id, action.action_id)
    return found.parts.tasks


# ---- Organisers


async def test_an_organiser_writes_a_list_on_the_draft_and_publishes_it(server: FanServer):
    preview = await server.draft(kind="project")
    panel = await server.press(server.organiser, preview, "task_list")
    assert ENGLISH("tasks.none_yet") in told(panel)
    form = await server.press(server.organiser, panel, "task_add")
    added = await server.fill(server.organiser, form, LIST)
    assert "Added 3 tasks." in told(added)
    assert "0 of 3 done" in text_of(added)
    outdated = await server.press(server.organiser, preview, "publish")
    await server.press(server.organiser, outdated, "publish")
    assert "**Tasks** 0 of 3 done · 3 free · next deadline <t:" in text_of(server.card())


async def test_a_line_that_cant_be_read_is_named_and_nothing_is_lost(server: FanServer):
    action = await server.publish(kind="project")
    typed = "Poster design | Fri 8\nSubtitles"
    refused = await add(server, action.action_id, typed)
    assert "`Poster design | Fri 8`" in told(refused)
    assert "`2026-11-27 08:00 Asia/Seoul`" in told(refused)
    assert await tasks_of(server, action) == ()
    form = await server.click(server.organiser, refused, "Try again")
    assert form_of(form) == {"Tasks, one a line": typed}
    past = await server.fill(server.organiser, form, "Poster | 20 Nov 2026 20:00\nSubtitles")
    assert "`Poster | 20 Nov 2026 20:00`" in told(past)
    again = await server.click(server.organiser, past, "Try again")
    await server.fill(server.organiser, again, "Poster | 24 Nov 20:00\nSubtitles")
    assert [task.title for task in await tasks_of(server, action)] == ["Poster", "Subtitles"]


async def test_more_tasks_than_fit_are_refused_and_kept_in_the_form(server: FanServer):
    action = await a_project(server)
    typed = "\n".join(f"Panel {n}" for n in range(MOST_TASKS))
    refused = await add(server, action.action_id, typed)
    assert "room for 37 more" in told(refused)
    form = await server.click(server.organiser, refused, "Try again")
    assert form_of(form)["Tasks, one a line"] == typed
    added = await server.fill(server.organiser, form, "\n".join(typed.splitlines()[:37]))
    assert "Back" in labels_of(added)
    assert "Add tasks" not in labels_of(added)
    first = await server.click(server.organiser, added, "Back")
    assert {"Back", "Next"} <= {*labels_of(first)}


async def test_a_task_is_edited_freed_and_removed_after_asking(server: FanServer):
    action = await a_project(server)
    (task, *_) = await tasks_of(server, action)
    panel = await server.press(server.fan, server.card(), "tasks")
    await claim(server, server.fan, panel)
    listed = await server.press_forged(server.organiser, f"fc:task_list:{action.action_id}")
    shown = await server.pick(server.organiser, listed, "task_pick", str(task.task_id))
    form = await server.press(server.organiser, shown, "task_edit")
    assert form_of(form) == {
        "What there is to do": "Poster design",
        "Deadline": "2026-11-23 20:00 Asia/Seoul",
    }
    edited = await server.fill(server.organiser, form, "Banner", "23 Nov 21:00")
    assert "Banner" in told(edited)
    (question) = await server.press(server.organiser, edited, "task_remove")
    assert f"<@{server.fan.id}> has “Banner”" in told(question)
    freed = await server.press(server.organiser, edited, "task_free")
    assert "task_free" not in "".join(ids_of(freed))
    assert (await tasks_of(server, action))[0].state is TaskState.FREE
    gone = await server.press(server.organiser, freed, "task_remove")
    assert "Removed “Banner”." in told(gone)
    assert len(await tasks_of(server, action)) == 2


async def test_a_deadline_that_has_passed_stays_when_only_the_name_is_changed(server: FanServer):
    action = await a_project(server)
    await server.jump(days=2, hours=2)
    (task, *_) = await tasks_of(server, action)
    listed = await server.press_forged(server.organiser, f"fc:task_list:{action.action_id}")
    assert "overdue" in text_of(listed)
    shown = await server.pick(server.organiser, listed, "task_pick", str(task.task_id))
    form = await server.press(server.organiser, shown, "task_edit")
    await server.fill(server.organiser, form, "Big poster", None)
    (edited, *_) = await tasks_of(server, action)
    assert (edited.title, edited.due_at) == ("Big poster", task.due_at)


async def test_fans_and_reviewers_cant_touch_the_list(server: FanServer):
    action = await a_project(server)
    before = await tasks_of(server, action)
    refusal = ENGLISH("refused.needs_organiser", role=f"<@&{server.world.organisers.id}>")
    for who in (server.fan, server.reviewer):
        for verb in ("task_list", "task_add", "task_edit", "task_free", "task_remove"):
            custom_id = f"fc:{verb}:{action.action_id}.{before[0].task_id}"
            assert told(await server.press_forged(who, custom_id)) == refusal
    assert await tasks_of(server, action) == before


# ---- Fans


async def test_a_fan_claims_a_task_does_it_and_the_card_says_so(server: FanServer):
    action = await a_project(server)
    panel = await server.press(server.fan, server.card(), "tasks")
    assert "0 of 3 done · 3 free" in told(panel)
    claimed = await claim(server, server.fan, panel)
    assert "“Poster design” is yours now." in told(claimed)
    assert (await server.newest()).signed_up == 1
    form = await server.click(server.fan, claimed, "Mark done")
    refused = await server.fill(server.fan, form, "my poster", "A3, both sides")
    again = await server.click(server.fan, refused, "Try again")
    assert form_of(again)["Links to your work"] == "my poster"
    done = await server.fill(server.fan, again, LINK)
    assert "“Poster design” is done. Thank you!" in told(done)
    assert "**Tasks** 1 of 3 done · 2 free" in text_of(server.card())
    assert (await server.newest()).total.proved == 1
    undone = await server.press(server.fan, done, "task_undo")
    assert "isn't marked as done any more" in told(undone)
    assert "**Tasks** 0 of 3 done · 2 free" in text_of(server.card())
    assert (await tasks_of(server, action))[0].claimed_by == server.fan.id


async def test_a_task_somebody_else_took_meanwhile_is_refused(server: FanServer):
    action = await a_project(server, "Poster")
    first, second = server.fans[:2]
    mine = await server.press(first, server.card(), "tasks")
    theirs = await server.press(second, server.card(), "tasks")
    await claim(server, first, mine)
    refused = await claim(server, second, theirs)
    assert told(refused) == ENGLISH("tasks.taken", task="Poster")
    looked = await server.press(second, server.card(), "tasks")
    assert f"<@{first.id}> has it" in told(looked)
    assert "fc:task" not in "".join(i for i in ids_of(looked) if not i.startswith("fc:tasks"))
    assert (await tasks_of(server, action))[0].claimed_by == first.id


async def test_a_task_that_is_given_back_is_free_for_others(server: FanServer):
    await a_project(server, "Poster")
    first, second = server.fans[:2]
    panel = await server.press(first, server.card(), "tasks")
    claimed = await claim(server, first, panel)
    given = await server.click(first, claimed, "Give it back")
    assert "is free again" in told(given)
    other = await server.press(second, server.card(), "tasks")
    assert "is yours now" in told(await claim(server, second, other))


async def test_forty_tasks_are_paged_within_what_discord_takes(server: FanServer):
    typed = "\n".join(f"**Panel {n}** of the wall @everyone | 24 Nov 20:00" for n in range(40))
    await a_project(server, typed)
    panel = await server.press(server.fan, server.card(), "tasks")
    for _ in range(5):
        panel = await claim(server, server.fan, panel)
    await server.click(server.fan, panel, "Next")
    last = await server.press_forged(server.fan, id_of(server.card(), "fc:tasks:") + ".999")
    assert "Back" in labels_of(last)


async def test_forged_buttons_of_tasks_are_refused(server: FanServer):
    action = await a_project(server)
    (task, *_) = await tasks_of(server, action)
    steps = ("task_claim", "task_give_back", "task_done", "task_undo")
    for verb in steps:
        for end, refusal in (("", "refused.unknown_button"), (".999999", "tasks.gone")):
            pressed = await server.press_forged(server.fan, f"fc:{verb}:{action.action_id}{end}")
            if pressed.modal is not None:
                pressed = await server.fill(server.fan, pressed, "")
            assert told(pressed) == ENGLISH(refusal)
    fundraiser = await server.publish()
    for verb in ("tasks", "task_claim"):
        custom_id = f"fc:{verb}:{fundraiser.action_id}.{task.task_id}"
        refused = await server.press_forged(server.fan, custom_id)
        assert "has no tasks" in told(refused)


async def test_another_servers_tasks_are_out_of_reach(server: FanServer):
    action = await a_project(server)
    (task, *_) = await tasks_of(server, action)
    guild = server.env.create_guild("Elsewhere")
    channel = guild.create_text_channel("general")
    stranger = guild.add_member(server.env.create_user("stranger"))
    for verb in ("tasks", "task_claim", "task_undo"):
        custom_id = f"fc:{verb}:{action.action_id}.{task.task_id}"
        message = await server.forge(custom_id, channel)
        refused = await stranger.click(message, custom_id=custom_id)
        assert told(refused) == ENGLISH("refused.no_such_action")


async def test_who_has_a_task_is_pinged_a_day_before_its_deadline(server: FanServer):
    action = await a_project(server, "Poster | 23 Nov 20:00")
    panel = await server.press(server.fan, server.card(), "tasks")
    await claim(server, server.fan, panel)
    (task,) = await tasks_of(server, action)
    assert task.due_at is not None
    await server.jump_to(task.due_at - timedelta(days=1))
    reminder = server.message_with("is due Mon 23 Nov 20:00 KST")
    assert text_of(reminder).startswith(
        f"<@{server.fan.id}> Match a million: your task “Poster” is due"
    )
    assert pings_of(reminder) == ({server.fan.id}, set(), False)
    mine = await server.press(server.fan, reminder, "tasks")
    assert "You have it" in told(mine)
    await server.jump_to(task.due_at + timedelta(hours=1))
    server.message_with("your task “Poster”")  # that one, and no other


async def test_leaving_frees_the_tasks_that_one_has_not_done(server: FanServer):
    await a_project(server, "Poster")
    panel = await server.press(server.fan, server.card(), "tasks")
    await claim(server, server.fan, panel)
    await server.press(server.fan, server.card(), "leave")
    assert "**Tasks** 0 of 1 done · 1 free" in text_of(server.card())
    other = await server.press(server.fans[1], server.card(), "tasks")
    assert "is yours now" in told(await claim(server, server.fans[1], other))


async def test_a_new_time_takes_the_deadlines_along_and_says_so(server: FanServer):
    action = await a_project(server, "Poster | 23 Nov 20:00")
    before = (await tasks_of(server, action))[0].due_at
    form = await server.slash(server.organiser, "action edit", action="1", what="when")
    await server.fill(server.organiser, form, starts="25 Nov 20:00")
    after = (await tasks_of(server, action))[0].due_at
    assert before is not None
    assert after == before + timedelta(days=1)
    assert "Deadlines of tasks move along too" in text_of(server.message_with("New time"))


async def test_what_was_done_late_is_taken_and_held_and_nothing_else_can_be_done(
    server: FanServer,
) -> None:
    action = await a_project(server)
    panel = await server.press(server.fan, server.card(), "tasks")
    await claim(server, server.fan, panel)
    await server.jump_to(action.log_until)
    mine = await server.contributions_of(server.fan)
    late = await server.press(server.fan, mine, "tasks")
    assert "waits for a check before it counts" in text_of(late)
    assert labels_of(late) == ["Mark done"]
    form = await server.click(server.fan, late, "Mark done")
    done = await server.fill(server.fan, form, f"{LINK} https://example.org/sketch.png")
    assert ENGLISH("held.outside_window.you") in text_of(done)
    waiting = told(await server.slash(server.reviewer, "review"))
    assert LINK in waiting
    assert "https://example.org/sketch.png" in waiting
