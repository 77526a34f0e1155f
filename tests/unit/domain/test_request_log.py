from __future__ import annotations

from threading import Thread

from jfconsole.domain.request_log import LogEntry, RequestLog
from jfconsole.domain.requests import CallClass, Request

ENTRY = LogEntry(
    at=1.0, request=Request(method="GET", path="/a", call_class=CallClass.SAFE), status=200, ms=1, attempts=1
)


def test_the_oldest_drop_out_and_numbers_go_on() -> None:
    log = RequestLog(capacity=3)
    for _ in range(5):
        log.add(ENTRY)
    assert [entry.number for entry in log.entries()] == [3, 4, 5]
    assert log.count == 5


def test_listeners_hear_until_they_stop() -> None:
    log, heard = RequestLog(), list[LogEntry]()
    stop = log.follow(heard.append)
    log.add(ENTRY)
    stop()
    stop()
    log.add(ENTRY)
    assert [entry.number for entry in heard] == [1]


def test_several_threads_lose_nothing() -> None:
    log = RequestLog(capacity=4000)

    def fill() -> None:
        for _ in range(500):
            log.add(ENTRY)

    threads = [Thread(target=fill) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(entry.number for entry in log.entries()) == list(range(1, 4001))
