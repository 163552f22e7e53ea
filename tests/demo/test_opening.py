"""The demo page's server as it opens: an action of each kind, ready to take part in."""

from __future__ import annotations

from demo.acts import posted, words_of
from demo.clock import OffsetClock
from demo.opening import begin
from demo.run import running_demo
from domain.kinds import Kind
from locales import language


async def test_an_action_of_each_kind_is_announced_with_what_belongs_to_it() -> None:
    async with running_demo(OffsetClock(), redraw_interval=0) as demo:
        await begin(demo.world, demo.services.dispatcher)
        await demo.services.redraws.flush()
        shown = [words_of(message) for message in await posted(demo.env, demo.world)]
    say = language("en")
    for number, kind in enumerate(Kind, 1):
        assert any(say(f"kind.{kind.value}.name") in text for text in shown), number
    everything = "\n".join(shown)
    assert "Mubeat" in everything
    assert "0 of 3" in everything
    assert "**In** 3 of 4 places" in everything
