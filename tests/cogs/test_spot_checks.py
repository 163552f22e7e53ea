"""*Spot check*: the seal beside the announcement, drawing, and what organisers and fans see."""

from __future__ import annotations

import re

from simcord.results import InteractionResult

from domain.actions import Action
from domain.spot_checks import seed_hash
from services.spot_checks import load_result
from tests.fanserver import ENGLISH, KOREAN, FanServer
from tests.shown import id_of, text_of, told
from ui.spot_lines import spot_lines

GIFTS = 24


async def running(server: FanServer) -> Action:
    """A fundraiser under way in which 24 fans gave 5 dollars each."""
    action = await server.publish(texts=("https://example.org/give", "USD"))
    await server.jump_to(action.starts_at)
    contributions = server.services.contributions
    for number in range(GIFTS):
        fan = server.fans[number % len(server.fans)]
        await contributions.log(server.actor(fan), server.guild_id, action.action_id, 500)
    await server.jump(minutes=1)
    return action


async def panel(server: FanServer) -> InteractionResult:
    return await server.slash(server.organiser, "action manage", action="1")


async def draw(server: FanServer, size: str = "20") -> InteractionResult:
    """Draw a sample from the panel, up to what is shown of it."""
    form = await server.press(server.organiser, await panel(server), "spot_check")
    preview = await server.fill(server.organiser, form, size)
    return await server.click(server.organiser, preview, "Draw 20 contributions")


async def stored_seed(server: FanServer) -> str:
    seed = (await server.newest()).seed
    assert seed is not None
    return seed


async def check(server: FanServer, first: int = 0, last: int = 20) -> None:
    """Verify the newest sample, or only some of it by their order."""
    async with server.database.read() as conn:
        result = await load_result(conn, await server.newest(), server.clock.now())
    assert result is not None
    reviewer = server.actor(server.reviewer)
    for number in sorted(result.sample)[first:last]:
        await server.services.reviews.verify(reviewer, server.guild_id, number)


async def test_the_announcement_carries_the_seal_and_nothing_carries_the_seed(
    server: FanServer,
) -> None:
    await running(server)
    seed = await stored_seed(server)
    announcement = server.messages()[0]
    seal = f"-# Seal that makes any later spot check fair: `{seed_hash(seed)}`"
    assert text_of(announcement).endswith(seal)
    await draw(server)
    await check(server)
    shown = [told(await panel(server))]
    history = await server.press(server.organiser, await panel(server), "history")
    shown += [told(history), told(await server.slash(server.fan, "tally"))]
    shown += map(text_of, server.messages())
    sent = [str(request.json) for request in server.env.http_requests]
    assert not any(seed in text for text in shown + sent)
    assert "drew a random sample to check" in told(history)


async def test_the_seal_stands_below_whatever_else_is_said(server: FanServer) -> None:
    """A long announcement loses lines of its own, not the seal; each action has another one."""
    long = ("#OnlyAtTheMoment", "멋진 무대 " * 50, "5,000")
    await server.publish(kind="hashtag", texts=long)
    await server.publish()
    seals = [
        found
        for message in server.messages()
        for found in re.findall(
            r"-# Seal that makes any later spot check fair: `([0-9a-f]{64})`$", text_of(message)
        )
    ]
    assert len(set(seals)) == 2


async def test_an_organiser_draws_and_sees_how_far_the_sample_is_checked(
    server: FanServer,
) -> None:
    action = await running(server)
    form = await server.press(server.organiser, await panel(server), "spot_check")
    preview = await server.fill(server.organiser, form, "20")
    text = told(preview)
    assert "**24** contributions stand as logged now: US$120.00. **20** of them" in text
    assert "US$113.50" not in text
    assert re.search(r"at least \d\d of 24, and US\$[\d.]+ of US\$120.00, with 95% conf", text)
    assert "Logging goes on until" in text
    shown = await server.click(server.organiser, preview, "Draw 20 contributions")
    assert "**Spot check** 0 of 20 checked so far" in told(shown)
    assert id_of(shown, "fc:review:") == f"fc:review:{action.action_id * 10 + 4}"
    await check(server, last=18)
    shown = await server.press(server.organiser, await panel(server), "spot_check")
    assert "18 of 20 checked so far, drawn at random from the 24 contributions" in told(shown)
    await check(server, first=18)
    shown = await server.press(server.organiser, await panel(server), "spot_check")
    assert "**We checked 20 at random, 20 held up**\n**At least 2" in told(shown)


async def test_a_slip_in_the_form_is_told_and_can_be_mended(server: FanServer) -> None:
    await running(server)
    form = await server.press(server.organiser, await panel(server), "spot_check")
    refused = await server.fill(server.organiser, form, "5")
    assert "“5” is not a number of contributions from 20 to 2,000" in told(refused)
    again = await server.click(server.organiser, refused, ENGLISH("button.try_again"))
    preview = await server.fill(server.organiser, again, "5", "10 %")
    assert "**22** of them would be drawn" in told(preview)
    assert "with 95% confidence" in told(preview)
    form = await server.press(server.organiser, await panel(server), "spot_check")
    everything = await server.fill(server.organiser, form, "200")
    assert "reviewers would check all of them" in told(everything)
    assert "confidence" not in told(everything), "nothing is estimated where all is checked"


async def test_fans_and_reviewers_draw_nothing(server: FanServer) -> None:
    action = await running(server)
    for verb in ("spot_check", "spot_again"):
        for who in (server.fan, server.reviewer, server.outsider):
            refused = await server.press_forged(who, f"fc:{verb}:{action.action_id}")
            assert "This needs the role" in told(refused)
    _, newest = await server.services.spot_checks.find(
        server.actor(server.organiser), server.guild_id, action.action_id
    )
    assert newest is None


async def test_a_second_draw_says_so_in_the_preview_and_afterwards(server: FanServer) -> None:
    await running(server)
    shown = await draw(server)
    await check(server, last=17)
    form = await server.click(server.organiser, shown, "Draw again")
    preview = await server.fill(server.organiser, form, "20")
    assert "This is draw 2: the tally will say so" in told(preview)
    shown = await server.click(server.organiser, preview, "Draw 20 contributions")
    assert "-# This is draw 2; those before it:\n-# Draw 1," in told(shown)
    assert "17 of 20 checked, 17 held up" in told(shown)


async def test_the_lines_of_the_final_tally_let_anybody_verify_the_draw(
    server: FanServer,
) -> None:
    action = await running(server)
    await draw(server)
    await check(server)
    newest = await server.newest()
    async with server.database.read() as conn:
        result = await load_result(conn, newest, action.log_until)
    assert result is not None
    for say in (ENGLISH, KOREAN):
        text = "\n".join(spot_lines(say, newest, result))
        assert f"`{newest.seed}`" in text
        assert f"`{seed_hash(newest.seed or '')}`" in text
        assert say("spot.cannot") in text
    assert "**We checked 20 at random, 20 held up**" in "\n".join(
        spot_lines(ENGLISH, newest, result)
    )
