"""Posters: whose they are to set, what is kept of them, and that they go with their action."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image
from sqlalchemy import func, select

from db.tables import poster as poster_table
from domain.actions import Action
from domain.audit import Act
from domain.entries import EntryFile
from domain.errors import NotAllowed, Refusal
from domain.life_cycle import Step
from domain.posters import (
    LONGEST_SIDE,
    MOST_ALT,
    MOST_BYTES,
    Fitted,
    PosterUse,
    poster_of,
    shown_poster,
)
from domain.recurrence import Pattern, Rule
from domain.servers import Actor
from services.pictures import fit
from tests.services.world import (
    DAY,
    GUILD,
    MODERATOR,
    MOMENT,
    ORGANISER,
    OTHER_ORGANISER,
    World,
    fan,
    hashtag,
    refused,
)

CARD, REVEAL = PosterUse.CARD, PosterUse.REVEAL
WEEK = 7 * DAY


def picture(content: bytes = b"a picture") -> Fitted:
    return Fitted(content, "image/webp", 20, 30, content.hex())


async def put(
    world: World, action: Action, use: PosterUse = CARD, content: bytes = b"a picture"
) -> Action:
    ids = (GUILD, action.action_id)
    return await world.services.posters.set(ORGANISER, *ids, use, picture(content), " A roof ")


async def stored(world: World) -> int:
    async with world.database.read() as conn:
        return (await conn.execute(select(func.count()).select_from(poster_table))).scalar_one()


async def test_a_poster_is_kept_once_for_each_use_and_read_apart(world: World) -> None:
    draft = await world.draft(hashtag())
    await put(world, draft)
    await put(world, draft, REVEAL, b"another")
    changed = await put(world, draft, CARD, b"a newer one")
    card, reveal = (poster_of(changed.parts.posters, use) for use in (CARD, REVEAL))
    assert card is not None
    assert reveal is not None
    assert (card.alt, card.width, card.height) == ("A roof", 20, 30)
    posters = world.services.posters
    assert await posters.read(GUILD, draft.action_id, card) == b"a newer one"
    assert await posters.read(GUILD, draft.action_id, reveal) == b"another"
    outdated = replace(card, digest=picture().digest)
    assert await posters.read(GUILD, draft.action_id, outdated) is None
    assert card.file_name != reveal.file_name
    assert await stored(world) == 2


async def test_what_tells_of_it_can_change_alone(world: World) -> None:
    draft = await world.draft(hashtag())
    ids = (GUILD, draft.action_id)
    with refused("poster.none_there"):
        await world.services.posters.set(ORGANISER, *ids, CARD, None, "A stage")
    before = poster_of((await put(world, draft)).parts.posters, CARD)
    told = await world.services.posters.set(ORGANISER, *ids, CARD, None, "A stage")
    assert before is not None
    assert told.parts.posters == (replace(before, alt="A stage"),)


@pytest.mark.parametrize(
    ("alt", "why"), [(" \n", "poster.no_alt"), ("x" * (MOST_ALT + 1), "poster.alt_too_long")]
)
async def test_a_poster_that_nothing_tells_of_is_refused(world: World, alt: str, why: str) -> None:
    draft = await world.draft(hashtag())
    with refused(why):
        await world.services.posters.set(ORGANISER, GUILD, draft.action_id, CARD, picture(), alt)
    assert await stored(world) == 0


async def test_only_those_who_may_change_an_action_set_its_posters(world: World) -> None:
    action = await world.publish(hashtag())
    ids = (GUILD, action.action_id)
    with pytest.raises(NotAllowed):
        await world.services.posters.set(fan(1), *ids, CARD, picture(), "A roof")
    await put(world, action)
    with pytest.raises(NotAllowed):
        await world.services.posters.remove(fan(1), *ids, CARD)
    await world.services.posters.remove(MODERATOR, *ids, CARD)
    _, events = await world.services.life_cycle.history(ORGANISER, *ids, limit=10)
    changes = [event for event in events if event.act is Act.POSTER_CHANGED]
    assert [event.detail for event in changes] == [{"poster": "card"}] * 2
    assert "roof" not in str(events), "what is to be seen may be a secret yet"


async def test_what_is_over_keeps_its_posters(world: World) -> None:
    action = await world.publish(hashtag())
    await put(world, action)
    await world.services.life_cycle.take(
        ORGANISER, GUILD, action.action_id, Step.CANCEL, reason="Rain"
    )
    with pytest.raises(Refusal):
        await put(world, action, REVEAL)
    with pytest.raises(Refusal):
        await world.services.posters.remove(ORGANISER, GUILD, action.action_id, CARD)


async def test_a_discarded_draft_takes_its_posters_along(world: World) -> None:
    draft = await world.draft(hashtag())
    await put(world, draft)
    await world.services.actions.discard(ORGANISER, GUILD, draft.action_id)
    assert await stored(world) == 0


async def test_a_change_redraws_the_card_with_the_new_poster(world: World) -> None:
    action = await world.publish(hashtag())
    await world.send_due()
    world.sender.ready.set()
    await put(world, action)
    await world.services.redraws.flush()
    (poster,) = world.sender.drawn[-1].action.parts.posters
    assert poster.alt == "A roof"
    assert world.sender.read_poster is not None
    assert await world.sender.read_poster(GUILD, action.action_id, poster) == b"a picture"


async def test_from_the_reveal_on_the_other_poster_is_shown(world: World) -> None:
    action = await world.publish(hashtag())
    await put(world, action, REVEAL, b"another")
    posters = (await put(world, action)).parts.posters
    found = await world.load(action)

    def shown(at_moment: bool) -> PosterUse | None:
        revealed = found.revealed(MOMENT) if at_moment else found.revealed(world.clock.now())
        poster = shown_poster(posters, revealed=revealed)
        return None if poster is None else poster.use

    assert shown(at_moment=False) is CARD
    assert shown(at_moment=True) is REVEAL
    assert shown_poster(posters[:1], revealed=True) == posters[0], "there is no other"


async def test_a_poster_is_fitted_and_loses_what_a_camera_adds() -> None:
    to = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SecretCam"
    Image.effect_noise((3000, 2400), 90).convert("RGB").save(to, "JPEG", quality=95, exif=exif)
    fitted = await fit(EntryFile("IMG_1.jpg", "image/jpeg", to.getvalue()))
    assert (fitted.width, fitted.height) == (LONGEST_SIDE, LONGEST_SIDE * 4 // 5)
    assert len(fitted.content) <= MOST_BYTES
    opened = Image.open(io.BytesIO(fitted.content))
    assert opened.format == "WEBP"
    assert not opened.getexif()
    assert b"SecretCam" not in fitted.content


async def test_what_is_no_picture_is_no_poster() -> None:
    with refused("picture.unreadable"):
        await fit(EntryFile("words.png", "image/png", b"Dear all"))


# ---- In what is laid out from an action


async def copies(world: World, action: Action) -> dict[PosterUse, tuple[bytes | None, str]]:
    """What each poster of an action shows, and what is told of it."""
    whole = await world.services.changing.find(MODERATOR, GUILD, action.action_id)
    posters, ids = world.services.posters, (GUILD, action.action_id)
    return {p.use: (await posters.read(*ids, p), p.alt) for p in whole.parts.posters}


async def with_both(world: World) -> Action:
    action = await world.publish(hashtag())
    await put(world, action)
    return await put(world, action, REVEAL, b"another")


async def laid_out(world: World, who: Actor, action: Action, **texts: str) -> Action:
    templates = world.services.templates
    blueprint = await templates.blueprint_to_copy(who, GUILD, action.action_id)
    typed = hashtag(starts=MOMENT + WEEK, **texts)
    return await templates.draft(who, GUILD, blueprint, typed, language="en")


async def test_a_duplicate_shows_its_posters_and_seals_that_of_the_reveal(world: World) -> None:
    action = await with_both(world)
    copy = await laid_out(world, ORGANISER, action)
    both = {CARD: (b"a picture", "A roof"), REVEAL: (b"another", "A roof")}
    assert await copies(world, copy) == both
    world.clock.set(MOMENT)  # the original's is revealed by now
    shown = shown_poster(copy.parts.posters, revealed=copy.revealed(world.clock.now()))
    assert shown is not None
    assert shown.use is CARD
    await world.services.posters.remove(ORGANISER, GUILD, action.action_id, CARD)
    assert await copies(world, copy) == both, "each is its action's own"


async def test_who_does_not_run_it_copies_only_the_poster_that_all_see(world: World) -> None:
    action = await with_both(world)
    copy = await laid_out(world, OTHER_ORGANISER, action, tag="#Another")
    assert await copies(world, copy) == {CARD: (b"a picture", "A roof")}


async def test_a_template_shows_the_cards_poster_for_as_long_as_its_action_has_it(
    world: World,
) -> None:
    action = await with_both(world)
    templates = world.services.templates
    saved = await templates.save(ORGANISER, GUILD, action.action_id, "Ours")
    typed = hashtag(starts=MOMENT + WEEK, tag="#Another")
    draft = await templates.draft(OTHER_ORGANISER, GUILD, saved.blueprint, typed, language="en")
    assert await copies(world, draft) == {CARD: (b"a picture", "A roof")}
    await world.services.posters.remove(ORGANISER, GUILD, action.action_id, CARD)
    draft = await templates.draft(OTHER_ORGANISER, GUILD, saved.blueprint, typed, language="en")
    assert await copies(world, draft) == {}


async def test_a_poster_that_tells_the_copys_tag_stays_behind(world: World) -> None:
    action = await with_both(world)
    copy = await laid_out(world, ORGANISER, action, tag="#ARoof")
    assert set(await copies(world, copy)) == {REVEAL}


async def test_every_date_of_a_series_shows_its_models_posters(world: World) -> None:
    action = await with_both(world)
    series = world.services.series
    weekly = Rule(Pattern.WEEKLY, days=(5,))
    running = await series.start(ORGANISER, GUILD, action.action_id, weekly, WEEK / 7)
    world.clock.set(MOMENT)
    await world.send_due()
    second = (await series.find(ORGANISER, GUILD, running.series.series_id)).latest
    assert second.action_id != action.action_id
    assert await copies(world, second) == await copies(world, action)
    assert not second.revealed(world.clock.now())
    await put(world, second, CARD, b"a newer one")
    await series.follow(ORGANISER, GUILD, running.series.series_id)
    world.clock.set(MOMENT + WEEK)
    await world.send_due()
    third = (await series.find(ORGANISER, GUILD, running.series.series_id)).latest
    assert (await copies(world, third))[CARD] == (b"a newer one", "A roof")
