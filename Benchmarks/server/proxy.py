"""The region proxy beside nginx: the same upstream, the same load, one thread each, in turns."""

import json
import os
import pathlib
import re
import subprocess

from harness import (Failed, answers, at_most, figure, folder, free_port, median, note, note_load, peer,
                     program, short, spread, start, stop, wait_for)

RATE = 5000  # requests a second, of the target for the added latency
TARGET_MS = 1
CONNECTIONS = 64
LATENCY_SECONDS = 8
THROUGHPUT_SECONDS = 5
BODY = "x" * 1024

NGINX = """
daemon off; pid {folder}/{name}.pid; error_log {folder}/{name}.log; worker_processes 1;
{user}
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 100000000; keepalive_timeout 75s; tcp_nodelay on;
  client_body_temp_path {folder}/{name}-body; proxy_temp_path {folder}/{name}-proxy;
  fastcgi_temp_path {folder}/{name}-f; uwsgi_temp_path {folder}/{name}-u; scgi_temp_path {folder}/{name}-s;
  {server}
}}
"""
# The peer as its manual says it is fastest: connections to the upstream are kept.
REVERSE = """
  upstream service {{ server 127.0.0.1:{upstream}; keepalive 64; keepalive_requests 100000000; }}
  server {{ listen 127.0.0.1:{port}; location / {{
    proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection "";
    proxy_set_header Host $host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; }} }}
"""


def nginx(path, name, server, port):
    user = "user root;" if os.geteuid() == 0 else ""
    file = pathlib.Path(path, name + ".conf")
    file.write_text(NGINX.format(folder=path, name=name, server=server, user=user))
    process = start([peer("nginx"), "-p", path, "-c", file], stderr=subprocess.DEVNULL)
    wait_for(f"the start of nginx as {name}", lambda: answers(port))
    return process


def gantry_proxy(path, port, upstream):
    """One service with one ready instance, as the local cluster writes it down."""
    os.mkdir(f"{path}/endpoints")
    own = pathlib.Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()
    identity = {"pid": os.getpid(), "startTicks": int(own[19])}
    pathlib.Path(path, "endpoints/a.json").write_text(json.dumps({
        "instance": "bench/upstream/production/guangzhou/a", "state": "ready", "agent": identity,
        "ports": [{"name": "http", "transport": "http", "host": "127.0.0.1", "port": upstream}]}))
    pathlib.Path(path, "plan.json").write_text(json.dumps({
        "region": "guangzhou", "services": [], "endpoints": f"{path}/endpoints",
        "frontDoors": [{"environment": "production", "listenHost": "127.0.0.1", "listenPort": port, "rules": [
            {"host": "bench.example.com", "path": "/", "service": "bench/upstream", "port": "http"}]}]}))
    report = pathlib.Path(path, "report.json")
    process = start([program("gantry-agent"), "proxy", f"{path}/plan.json", "--report", report],
                    stderr=subprocess.DEVNULL)
    wait_for("the start of the proxy", lambda: report.exists()
             and json.loads(report.read_text())["readyEndpoints"] == 1 and answers(port))
    return process


def latency(rate_program, port):
    run = subprocess.run([rate_program, str(port), str(RATE), str(LATENCY_SECONDS), str(CONNECTIONS)],
                         capture_output=True, text=True)
    if run.returncode != 0:
        raise Failed(f"the load generator failed: {run.stderr}")
    result = json.loads(run.stdout)
    if result["errors"] or result["unanswered"]:
        raise Failed(f"answers are missing: {result}")
    return result


def throughput(port):
    run = subprocess.run(
        [peer("wrk"), "-t1", f"-c{CONNECTIONS}", f"-d{THROUGHPUT_SECONDS}s", "-H", "Host: bench.example.com",
         f"http://127.0.0.1:{port}/"], capture_output=True, text=True)
    found = re.search(r"Requests/sec:\s*([\d.]+)", run.stdout)
    if not found or "Non-2xx" in run.stdout or "Socket errors" in run.stdout:
        raise Failed(f"wrk: {run.stdout}{run.stderr}")
    return float(found[1])


def run(rounds):
    note(f"proxy: nginx with one worker as upstream (1 KiB answers) and as peer, {CONNECTIONS} connections, loopback;"
         f" all programs share the machine's cores; {rounds} rounds in turns")
    note_load()
    with folder() as path:
        rate_program = f"{path}/rate"
        subprocess.run(["clang", "-O2", "-o", rate_program, pathlib.Path(__file__).parent / "rate.c"], check=True)
        ports = {name: free_port() for name in ["direct", "nginx", "gantry"]}
        server = f"server {{ listen 127.0.0.1:{ports['direct']}; location / {{ return 200 '{BODY}'; }} }}"
        started = [nginx(path, "upstream", server, ports["direct"])]
        try:
            reverse = REVERSE.format(upstream=ports["direct"], port=ports["nginx"])
            started.append(nginx(path, "reverse", reverse, ports["nginx"]))
            started.append(gantry_proxy(path, ports["gantry"], ports["direct"]))
            measure(rounds, rate_program, ports)
        finally:
            for process in reversed(started):
                stop(process)


def measure(rounds, rate_program, ports):
    added = {"nginx": [], "gantry": []}
    middle = {"nginx": [], "gantry": []}
    speed = {name: [] for name in ports}
    direct = []
    for _ in range(rounds):
        times = {name: latency(rate_program, port) for name, port in ports.items()}
        direct.append(times["direct"]["p99"] / 1000)
        for name in added:
            added[name].append((times[name]["p99"] - times["direct"]["p99"]) / 1000)
            middle[name].append((times[name]["p50"] - times["direct"]["p50"]) / 1000)
        for name, port in ports.items():
            speed[name].append(throughput(port))
    value = median(added["gantry"])
    floor = median(direct)
    # A difference of two numbers says nothing when what both stand on is larger than what is looked for.
    target = at_most(TARGET_MS, value, "ms") if floor < TARGET_MS else None
    figure("proxy_added_p99", value, "ms", ("nginx", median(added["nginx"])), target)
    if target is None:
        note(f"  too noisy to be held to its target of {TARGET_MS} ms: without any proxy p99 is {floor:.1f} ms")
    note(f"  p99 through the proxy minus p99 to the upstream at {RATE} requests/s, open loop:"
         f" {spread(added['gantry'])}; nginx {spread(added['nginx'])}; without a proxy {spread(direct)}")
    figure("proxy_added_p50", median(middle["gantry"]), "ms", ("nginx", median(middle["nginx"])))
    ratios = [a / b for a, b in zip(speed["gantry"], speed["nginx"])]
    ratio = median(ratios)
    figure("proxy_throughput", median(speed["gantry"]), "requests/s", ("nginx", median(speed["nginx"])),
           (">= 0.5 x nginx", ratio >= 0.5))
    note(f"  ratio in each round: {spread(ratios)}; the upstream alone gives"
         f" {short(median(speed['direct']))} requests/s")
