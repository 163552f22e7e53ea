"""The demo page's server as it opens: an action of each kind, ready to take part in."""

from __future__ import annotations

from demo.acts import answer, has_button, log_it, posted, words_of
from demo.clock import OffsetClock
from demo.opening import begin
from demo.page import open_page
from demo.run import running_demo
from domain.kinds import Kind
from locales import language


async def test_an_action_of_each_kind_is_announced_and_one_can_be_logged_and_reviewed() -> None:
    clock = OffsetClock()
    async with running_demo(clock, redraw_interval=0) as demo:
        await begin(demo.world, clock, demo.services.dispatcher)
        await demo.services.redraws.flush()
        for code, locale in (("en", "en-US"), ("ko", "ko")):
            async with open_page(demo.env, demo.world, code=code) as live:
                assert live.preview.locale == locale
        messages = await posted(demo.env, demo.world)
        world = demo.world
        logged = await log_it(world.fans[5], messages[-1], "15", "OC-1004-WAVE", "")
        review = answer(await world.organiser.slash(world.organiser_room, "review"))
        tally = answer(await world.fans[5].slash(world.general, "tally"))
    shown = [words_of(message) for message in messages]
    say = language("en")
    for number, kind in enumerate(Kind, 1):
        assert any(say(f"kind.{kind.value}.name") in text for text in shown), number
    everything = "\n".join(shown)
    assert "Mubeat" in everything
    assert "0 of 3" in everything
    assert "**In** 3 of 4 places" in everything
    assert "US$15.00" in words_of(logged)
    assert has_button(review, "verify")
    assert "US$80.00" in words_of(tally)
