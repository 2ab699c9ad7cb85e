"""Pages of a list against a running server that holds 16,000 workloads."""

import http.client
import json
import re
import subprocess
import time
import urllib.parse

from harness import (Failed, at_most, cpu_percent, figure, folder, inside, median, note, note_load, percentile,
                     program, resident_mb, start, stop, wait_for)

PAGE = 100
# The first look at everything after a start writes a status for each workload.
SETTLED_PERCENT = 5
SETTLE_SECONDS = 300
CPU_SECONDS = 60


def run(rounds):
    note(f"list: GET /v1/workloads?limit={PAGE}, page after page through 16,000 workloads, one connection")
    with folder() as path:
        data = f"{path}/data"
        subprocess.run(["mkdir", "-m", "711", data], check=True)
        seeded = inside("seed", data)[0]
        log = open(f"{path}/log", "w+")
        server = start([program("gantry"), "up", "--data", data, "--port", "0"], stdout=log, stderr=subprocess.STDOUT)
        try:
            text = wait_for("the start of the server", lambda: ready(f"{path}/log", server))
            address, token = text
            began = time.monotonic()
            wait_for("rest after the start", lambda: cpu_percent([server.pid], 2)[server.pid] < SETTLED_PERCENT,
                     SETTLE_SECONDS)
            note(f"  the server came to rest {time.monotonic() - began:.0f} s after its start")
            note_load()
            measure(rounds, address, token, seeded["workloads"])
            figure("up_16000_resident", resident_mb(server.pid), "MB")
            figure("up_16000_cpu", cpu_percent([server.pid], CPU_SECONDS)[server.pid], "%")
            note(f"  of the same server, asked nothing, for {CPU_SECONDS} s")
        finally:
            stop(server)


def ready(path, server):
    text = open(path).read()
    if server.poll() is not None:
        raise Failed(f"the server ended: {text[-500:]}")
    address = re.search(r"listens at (http\S+)\n", text)
    token = re.search(r"(gantry_[A-Za-z0-9_]+)", text)
    return address and token and (address[1], token[1])


def measure(rounds, address, token, expected):
    place = urllib.parse.urlsplit(address)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
    times, sizes = [], []
    for _ in range(rounds):
        after, seen = None, 0
        while True:
            query = f"/v1/workloads?limit={PAGE}" + (f"&after={urllib.parse.quote(after)}" if after else "")
            began = time.monotonic()
            connection.request("GET", query, headers={"Authorization": f"Bearer {token}"})
            answer = connection.getresponse()
            body = answer.read()
            times.append((time.monotonic() - began) * 1000)
            if answer.status != 200:
                raise Failed(f"the list answered {answer.status}: {body[:300]}")
            page = json.loads(body)
            sizes.append(len(body))
            seen += len(page["items"])
            after = page.get("next")
            if not after:
                break
        if seen != expected:
            raise Failed(f"{seen} workloads were listed, {expected} are there")
    slowest = percentile(times, 99)
    figure("list_page_16000_p50", median(times), "ms")
    figure("list_page_16000_p99", slowest, "ms", target=at_most(50, slowest, "ms"))
    note(f"  {len(times)} pages of about {median(sizes) / 1024:.0f} KiB, the slowest {max(times):.1f} ms")
