import time
from tests.fanserver import FanServer
from tests.shown import *


async def test_a(server: FanServer):
    t = time.time()
    a = await server.publish()
    print(time.time() - t, a)
    t = time.time()
    r = await server.click(server.fan, server.card(), "I'm in")
    print(time.time() - t, told(r))
    for m in server.messages():
        print(text_of(m), labels_of(m), pings_of(m), ids_of(m))
    t = time.time()
    await server.jump(days=5)
    print(time.time() - t, told(r))
    for m in server.messages():
        print(text_of(m), labels_of(m), pings_of(m), ids_of(m))
    t = time.time()
    await server.restart()
    print(time.time() - t)
    r = await server.click(server.fan, server.card(), "Tally")
    print(told(r))
