"""A stand-in for Discord: a small REST and gateway server over real sockets, for benchmarks.

The real bot runs against it as it runs against Discord; only discord.py is told another address
(`launch`). The stand-in is a process of its own, so it outlives a bot that is killed, and it
knows what was posted. A benchmark goes like this:

    async with stand_in(Sizes(servers=1000)) as discord:
        database_url = f"sqlite:///{folder}/bot.db"      # migrated and filled beforehand
        bot = await start_bot(discord.url, database_url, folder, LOG_LEVEL="WARNING")
        await bot.wait_until_ready()
        await discord.set_faults({"kind": "status", "status": 502, "probability": 0.02}, seed=7)
        posted = await discord.wait_for_accepted(500)
        await bot.kill()                                 # SIGKILL, at any moment
        bot = await start_bot(discord.url, database_url, folder)
        posted = await discord.wait_for_accepted(1000)
        limited = (await discord.counts())["rate_limited"]
        await bot.stop()

- `ids` names servers, channels, roles and people by their numbers, so that a database can be
  filled without asking: `channel_id(guild_id(3))` is the first channel of the fourth server.
  Person 0 owns every server. The times of the log are Unix seconds of this machine's clock.
- `remote.StandIn` has everything that a benchmark asks and tells: `accepted`, `edits` and
  `journal` (each with `after=`, the index from which on), `counts`; `tap`, `tap_and_see`,
  `tap_together`; `set_faults`, `set_limits`, `change_channel`, `change_person`, `set_roles`,
  `delete_message`, `drop_gateway`, `dispatch`. `control` lists the endpoints behind them.
- Message doubles: two of `accepted` with one `nonce`, or with one stamp in their components. A
  nonce that came again and created nothing counts as `repeated`.
- Limits: `limits.RULES` by route, and 50 requests in any second, wherever one begins to count.
  Every 429 is counted by scope: user, global, shared.
- Faults (`faults.Fault`): a status, a cut connection, a lost answer after acceptance, a 429;
  on some routes and channels, with a probability by seed, so many times, between two instants.
  Latency: a median and a spread; limits are counted on arrival, and a request is accepted
  when half of its latency has passed.
- What it leaves out: MESSAGE_* events (the bot has no intent for them), reactions, invites,
  scheduled events, voice, and the limit on identifying.

`python -m benchmarks.stand_in --servers 3` serves by hand; its first line is the address, for
`python -m benchmarks.stand_in.launch ADDRESS run` with the token that `ids.TOKEN` is.
"""
