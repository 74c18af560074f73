"""A load of requests from a process of its own: so many connections at once, as fast as they are answered."""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from threading import Lock

CONNECTIONS = 8


@dataclass(frozen=True)
class Request:
    """One request; `body` is JSON."""

    method: str
    path: str
    token: str = ""
    body: str = ""


@dataclass(frozen=True)
class Measured:
    """What a load came to: answers per second, answers that were not 2xx or 304, 99th percentile in milliseconds."""

    per_second: float
    wrong: int
    p99_ms: float


def measure(port: int, requests: Sequence[Request], seconds: float) -> Measured:
    """Send the requests, each at most once if they write, until they or the seconds run out."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_load, (port, list(requests), seconds))


def _load(port: int, requests: list[Request], seconds: float) -> Measured:
    waiting = _endless(requests) if requests[0].method == "GET" else iter(requests)
    lock, end = Lock(), time.perf_counter() + seconds
    started = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        parts = list(pool.map(lambda _: _one_connection(port, waiting, lock, end), range(CONNECTIONS)))
    took = time.perf_counter() - started
    times = sorted(t for part, _ in parts for t in part)
    if not times:
        sys.exit("the server answered nothing")
    p99 = times[min(len(times) - 1, int(len(times) * 0.99))] * 1000
    return Measured(len(times) / took, sum(wrong for _, wrong in parts), p99)


def _one_connection(port: int, waiting: Iterator[Request], lock: Lock, end: float) -> tuple[list[float], int]:
    times: list[float] = []
    wrong = 0
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while time.perf_counter() < end:
        with lock:
            request = next(islice(waiting, 1), None)
        if request is None:
            break
        began = time.perf_counter()
        status = _send(connection, request)
        times.append(time.perf_counter() - began)
        wrong += status >= 300 and status != 304
    connection.close()
    return times, wrong


def _send(connection: http.client.HTTPConnection, request: Request) -> int:
    headers = {"Authorization": f"Bearer {request.token}"} if request.token else {}
    if request.body:
        headers["Content-Type"] = "application/json"
    connection.request(request.method, request.path, request.body or None, headers)
    response = connection.getresponse()
    response.read()
    if response.will_close:
        connection.close()
    return response.status


def _endless(requests: list[Request]) -> Iterator[Request]:
    while True:
        yield from requests
