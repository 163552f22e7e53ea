"""Panels at their largest, with the nastiest that people can type: they fit, and nothing acts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import discord
import pytest
from simcord.components import validate_components

from domain.actions import Action, ActionState
from domain.audit import Act, AuditEvent
from domain.blueprints import blueprint_of
from domain.deliveries import Post
from domain.entries import MOST_FILES, EntryFile, safe_name
from domain.kinds import Kind, ProofKind, rules
from domain.ledger import Check, HeldReason, Verdict, standing
from domain.official_counts import OfficialCount
from domain.official_entries import LINK_LENGTH, MOST_NAMES
from domain.parts import Parts
from domain.polls import MOST_SLOTS, Poll, Slot
from domain.reasons import Reason
from domain.reviewing import Appeal
from domain.roles import RoleProgress
from domain.servers import Actor
from domain.shifts import Shift
from domain.sign_up_options import MOST_OPTIONS
from domain.sign_ups import SignUp, SignUpOption, SignUpState
from domain.tasks import MOST_TASKS, Task
from domain.templates import BUILT_IN, MOST_TEMPLATES
from domain.walls import Resolved, Wall
from locales import Language
from tests.domain.ledgers import DAY, START, make_contribution
from tests.ui.subjects import ALL_LANGUAGES, HOUR, fundraiser, make_server, text_of
from ui.check_in_panel import draw_ticked, draw_ticking
from ui.entry_panel import draw_entry
from ui.histories import PAGE, draw_history
from ui.manage_panel import draw_manage
from ui.me_contributions import PAGE as OWN_PAGE
from ui.me_contributions import OwnRow, draw_contributions
from ui.me_panel import MOST_SHIFTS, MOST_SIGN_UPS, draw_sign_ups
from ui.me_settings import MOST_MUTED, Settings, draw_settings
from ui.mending_panel import draw_channel_choice
from ui.naming_panel import Named
from ui.official_panel import draw_officials
from ui.poll_messages import MOST_LISTED, draw_closing, draw_poll, draw_polls, draw_slots
from ui.poll_messages import draw_ticking as draw_slot_ticking
from ui.sign_up_panel import draw_sign_up_panel
from ui.task_panels import draw_task, draw_task_list, draw_tasks
from ui.template_list import draw_templates
from ui.text import plain

SERVER = make_server()
SNOWFLAKE = 10**19
FLAGS = discord.MessageFlags(components_v2=True).value
ACTING = ("@everyone", "<@1>", "<@&2>", "[x](http")
"""What would ping or link if it came through as it was typed."""

languages = pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)


def nasty(length: int) -> str:
    """Text of a length in which all means something to Discord."""
    return ("*_~@everyone <@1> <@&2> [x](http://a.b) `` || " * 20)[:length].strip()


def assert_fits(view: discord.ui.LayoutView) -> None:
    """Within Discord's limits, those of labels and options included."""
    assert view.total_children_count <= 40
    assert view.content_length() <= 4000
    for child in view.walk_children():
        item: Any = getattr(child, "item", child)
        assert len(getattr(item, "label", None) or "") <= 80
        assert len(getattr(item, "placeholder", None) or "") <= 150
        for option in getattr(item, "options", None) or ():
            assert 1 <= len(option.label) <= 100
            assert len(option.description or "") <= 100
    validate_components(view.to_components(), flags=FLAGS)


def acts_in(view: discord.ui.LayoutView) -> list[str]:
    """What of `nasty` came through in the texts of a view."""
    texts = [i.content for i in view.walk_children() if isinstance(i, discord.ui.TextDisplay)]
    return [sign for sign in ACTING if any(sign in text for text in texts)]


def largest(kind: Kind, **values: Any) -> Action:
    """An action with all that can be typed for its kind."""
    defaults: dict[str, Any] = {
        "kind": kind,
        "title": nasty(100),
        "unit_code": rules(kind).unit.value,
        "organiser_user_id": SNOWFLAKE,
    }
    return fundraiser(**(defaults | values))


def tasks() -> Iterator[Task]:
    for number in range(MOST_TASKS):
        mine = SNOWFLAKE if number % 3 else None
        yield Task(
            number,
            nasty(80),
            Wall(datetime(2020, 6, 6), "UTC"),
            START - HOUR,
            mine,
            None if mine is None else START,
            None if number % 2 else number,
        )


@languages
def test_forty_tasks_with_long_names_fit(say: Language) -> None:
    action = largest(Kind.PROJECT, fields={}, parts=Parts(tasks=tuple(tasks())))
    note = "x" * 300
    for page in range(7):
        view = draw_tasks(say, action, SNOWFLAKE, START, page=page, note=note)
        assert_fits(view)
        assert acts_in(view) == []
        assert_fits(draw_task_list(say, action, START, page=page, note=note))
    assert_fits(draw_task(say, action, action.parts.tasks[1], START))


@languages
def test_what_an_action_is_run_from_fits(say: Language) -> None:
    people = tuple(SNOWFLAKE + n for n in range(25))
    for kind in Kind:
        for state in (ActionState.SCHEDULED, ActionState.OPEN, ActionState.PAUSED):
            action = largest(
                kind,
                state=state,
                announce=Resolved(Wall(datetime(2020, 6, 6), "UTC"), START - DAY),
                reason=nasty(200),
                parts=Parts(co_organisers=people),
            )
            for now in (START - 2 * DAY, START - HOUR, START + HOUR):
                actor = Actor(1, manages_server=True)
                view = draw_manage(say, action, SERVER, now, actor, done="x" * 300)
                assert_fits(view)
                assert acts_in(view) == []


@languages
def test_a_page_of_history_with_long_reasons_and_new_times_fits(say: Language) -> None:
    before = {name: START.isoformat() for name in ("starts", "ends", "announce")}
    after = {name: (START + DAY).isoformat() for name in before}
    detail = {"reason": nasty(200), "before": before, "after": after}
    for act in Act:
        how = {"how": "deleted" if act is Act.EVENT_GONE else "moved"}
        how |= {"poster": "reveal", "language": "ko", "form": "xlsx"}
        events = [AuditEvent(n, 7, act, START, SNOWFLAKE, detail | how) for n in range(PAGE)]
        view = draw_history(say, largest(Kind.CUSTOM), events, page=3, more=True)
        assert_fits(view)
        assert acts_in(view) == []


@languages
def test_all_sign_up_settings_with_long_options_fit(say: Language) -> None:
    options = tuple(SignUpOption(n, nasty(40), 10**6, 10**6) for n in range(MOST_OPTIONS))
    action = largest(
        Kind.STREAM,
        number=None,
        state=ActionState.DRAFT,
        grants_role=True,
        sign_up_role_id=SNOWFLAKE,
        sign_up_lead=HOUR,
        needed=10**6,
        decide=Resolved(Wall(datetime(2020, 6, 6), "UTC"), START - HOUR),
        parts=Parts(options=options),
    )
    for error in (None, "forbidden", "role_gone", "rejected"):
        progress = RoleProgress(10**6, 10**5, error)
        view = draw_sign_up_panel(say, action, SERVER, progress, gate_gone=error is None)
        assert_fits(view)
        assert acts_in(view) == []


@languages
def test_the_largest_entry_fits(say: Language) -> None:
    names = [safe_name(nasty(200) + end) for end in (".png", ".pdf", ".docx")]
    types = ("image/png", "application/pdf", "application/octet-stream")
    files = [EntryFile(name, kind, b"x") for name, kind in zip(names, types, strict=True)]
    assert len(files) == MOST_FILES
    contribution = make_contribution(
        proof=ProofKind.LINK, unit_code="entries", amount=1, held=HeldReason.SAME_CODE
    )
    proofs = {"note": nasty(300), "link": "https://a.b/" + "총" * 288, "file": ", ".join(names)}
    for shown in (files, []):
        view, uploads = draw_entry(
            say,
            largest(Kind.SUBMISSION),
            contribution,
            standing(contribution, None),
            proofs,
            shown,
            user_id=SNOWFLAKE,
            index=10**6,
            total=10**6 + 2,
        )
        assert_fits(view)
        assert len(uploads) == len(shown)
        assert all(len(upload.filename) <= 100 for upload in uploads)


@languages
def test_an_entry_with_all_that_can_be_added_later_fits(say: Language) -> None:
    pictures = [EntryFile(f"{nasty(70)}{n}.webp", "image/webp", b"x") for n in range(20)]
    links = "\n".join("https://a.b/" + "총" * 100 for _ in range(20))
    contribution = make_contribution(proof=ProofKind.LINK, unit_code="entries", amount=1)
    view, uploads = draw_entry(
        say,
        largest(Kind.SUBMISSION),
        contribution,
        standing(contribution, None),
        {"note": nasty(300), "link": links},
        pictures,
        user_id=SNOWFLAKE,
        index=0,
        total=2,
    )
    assert_fits(view)
    assert len(uploads) == 10
    assert say.many("files.left_out", 10) in text_of(view)
    assert say.many("review.more_proofs", 17) in text_of(view)


def poll(**values: Any) -> Poll:
    """Twenty slots, all at midnight, which is spelled out."""
    slots = tuple(
        Slot(n, Resolved(Wall(datetime(2027, 9, n), "America/New_York"), START + n * DAY), 10**6)
        for n in range(1, MOST_SLOTS + 1)
    )
    defaults: dict[str, Any] = {
        "guild_id": SNOWFLAKE,
        "poll_id": 10**15,
        "kind": Kind.ATTENDANCE,
        "title": nasty(100),
        "organiser_id": 1,
        "organiser_user_id": SNOWFLAKE,
        "created_at": START,
        "slots": slots,
        "post": Post(SNOWFLAKE, SNOWFLAKE),
    }
    return Poll(**(defaults | values))


@languages
@pytest.mark.parametrize("hour", [0, 20])
def test_a_poll_with_twenty_slots_fits_everywhere(say: Language, hour: int) -> None:
    offset = timedelta(hours=(START.hour + 9 - hour) % 24)  # Seoul's hour
    slots = tuple(
        Slot(slot.number, Resolved(slot.starts.wall, slot.starts.at - offset), slot.ticks)
        for slot in poll().slots
    )
    opened = poll(slots=slots)
    closed = poll(slots=slots, closed_at=START, winner=20)
    for shown in (opened, closed):
        assert_fits(draw_poll(say, shown, SERVER, START))
        assert acts_in(draw_poll(say, shown, SERVER, START)) == []
        assert_fits(draw_closing(say, shown, SERVER, START - 2 * DAY, 3))
    assert_fits(draw_slot_ticking(say, opened, range(20), "Asia/Seoul", noted=True))
    listing = [replace(closed if n % 2 else opened, poll_id=n) for n in range(MOST_LISTED + 1)]
    assert_fits(draw_polls(say, listing, SERVER))
    listed = draw_slots(say, slots, SERVER)
    preview = say("poll.preview", title=plain(opened.title), slots=listed)
    assert len(preview) <= 2000


@languages
def test_as_many_templates_as_there_can_be_fit(say: Language) -> None:
    blueprint = blueprint_of(largest(Kind.CUSTOM))
    named = [(nasty(50), blueprint)] * MOST_TEMPLATES
    for page in range(5):
        view = draw_templates(say, named, named[: len(BUILT_IN)], page=page)
        assert_fits(view)
        assert acts_in(view) == []


@languages
def test_ticking_twenty_five_people_fits(say: Language) -> None:
    action = largest(Kind.ATTENDANCE, fields={"place": nasty(100), "code": nasty(60)})
    people = [SNOWFLAKE + n for n in range(25)]
    note = draw_ticked(say, people, people, people)
    view = draw_ticking(say, action, note=note)
    assert_fits(view)
    assert len(draw_ticked(say, people, [], [])) <= 2000
    assert_fits(draw_channel_choice(say, action, done="x" * 300))


@languages
def test_a_personal_panel_at_its_fullest_fits(say: Language) -> None:
    action = largest(Kind.CUSTOM, fields={"unit": "총" * 40})
    rows: list[OwnRow] = []
    for number in range(OWN_PAGE):
        given = make_contribution(
            number, unit_code="custom", amount=10**12, held=HeldReason.OVER_CAP
        )
        check = Check(number, number, Verdict.NOT_COUNTED, START, None, nasty(200), Reason.EDITED)
        appeal = Appeal(number, number, None, START)
        rows.append(OwnRow(action, given, standing(given, None), check, appeal))
    sign_up = SignUp(1, SignUpState.WAITLISTED, 10**6, START, 1, 10**12)
    shift = Shift(1, START, START + HOUR, 3, None)
    named = Named(nasty(60), "Mina", nasty(60))
    chosen = Settings(
        zone="America/Argentina/Buenos_Aires",
        language="ko",
        named=named,
        hides=True,
        muted=[replace(action, action_id=n) for n in range(MOST_MUTED)],
    )
    signed_up, shifts = [(action, sign_up, nasty(40))] * MOST_SIGN_UPS, [(action, shift)]
    for view in (
        draw_sign_ups(say, signed_up, page=1, more=True, shifts=shifts * MOST_SHIFTS),
        draw_contributions(say, rows, page=1, more=True, now=START, told=plain(nasty(300))),
        draw_settings(say, chosen, START, note=say("hides.done")),
    ):
        assert_fits(view)
        assert acts_in(view) == []
        assert "fc:me_tab:0.2" in text_of(view)


@languages
def test_as_many_official_counts_as_there_can_be_fit(say: Language) -> None:
    link = "https://a.b/".ljust(LINK_LENGTH, "x")
    counts = tuple(
        OfficialCount(n, "*" * 60, "*" * 80, "*" * 80, link, START, START)
        for n in range(MOST_NAMES)
    )
    action = largest(Kind.VOTE, parts=Parts(officials=counts))
    done = say("official.done", name=plain("*" * 60), value=plain("*" * 80))
    view = draw_officials(say, action, SERVER, done=done)
    assert_fits(view)
    assert acts_in(view) == []


@languages
def test_history_names_the_channel_that_an_action_was_moved_to(say: Language) -> None:
    event = AuditEvent(1, 7, Act.MOVED, START, 4, {"from": "None", "to": "99"})
    view = draw_history(say, fundraiser(), [event], page=0, more=False)
    assert "<#99>" in text_of(view)
