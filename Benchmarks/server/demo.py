"""The clinic, from push to production, by the product's own demo; then the same server and its agents when idle."""

import base64
import datetime
import os
import pathlib
import re
import signal
import subprocess
import time

from harness import (Failed, ROOT, Server, at_most, cpu_percent, figure, folder, median, note, note_load, processes,
                     program, resident_mb, spread, start, stop, wait_for)

PYTHON = ["yiyao/medicine", "yidian/article", "yidian/portal"]
SWIFT = "yisheng/doctor"
FRONT = "yidian/portal"
REGIONS = 4
DEMO_SECONDS = 15 * 60
IDLE_SECONDS = 60
CPU_SECONDS = 30


def run(rounds):
    note("demo: four services pushed one right after the other, rolled out to four regions, the front door updated"
         " under traffic; times by the server's own records")
    results = []
    for number in range(rounds):
        note_load()
        results.append(once(is_last=number == rounds - 1))
    report(results)


def once(is_last):
    with folder() as path:
        log = open(f"{path}/log", "w+")
        demo = start([program("gantry"), "demo", "--data", f"{path}/data"], cwd=ROOT, stdout=log,
                     stderr=subprocess.STDOUT)
        try:
            text = wait_for("the end of the demo", lambda: stays_up(f"{path}/log", demo), DEMO_SECONDS, 0.5)
            claims = re.findall(r"^  [✓✗] .*", text, re.M)
            if not claims or any("✗" in claim for claim in claims):
                note("a claim of the demo does not hold: " + "; ".join(c for c in claims if "✗" in c))
            where = re.search(r"GANTRY_SERVER=(\S+) GANTRY_TOKEN=(\S+)", text)
            server = Server(where[1], where[2])
            result = times(server)
            result["alone"] = {
                service: push_alone(server, f"{path}/data/pushed/{service}", service)
                for service in [FRONT, SWIFT]}
            if is_last:
                idle(f"{path}/data")
            return result
        finally:
            # As a person would: Ctrl-C, and instances leave by their stop policy.
            if demo.poll() is None:
                demo.send_signal(signal.SIGINT)
                try:
                    demo.wait(180)
                except subprocess.TimeoutExpired:
                    note("the demo did not stop within 180 s")
            stop(demo)


def stays_up(path, demo):
    text = open(path).read()
    if demo.poll() is not None:
        raise Failed(f"the demo ended with {demo.returncode}:\n{text[-3000:]}")
    return text if re.search(r"GANTRY_TOKEN=\S+\n", text) else None


def seconds(first, last):
    def read(text):
        return datetime.datetime.fromisoformat(re.sub(r"\.(\d{6})\d*", r".\1", text).replace("Z", "+00:00"))
    return (read(last) - read(first)).total_seconds()


def stage(run, name):
    return next(stage for stage in run["status"]["stages"] if stage["name"] == name)


def to_development(run):
    return seconds(run["createdAt"], stage(run, "development")["finishedAt"])


def to_production(run):
    return seconds(stage(run, "approve")["decision"]["at"], stage(run, "production")["finishedAt"])


def times(server):
    first = {service: server.get(f"/v1/runs/{service}/1") for service in PYTHON + [SWIFT]}
    return {
        "development": {service: to_development(run) for service, run in first.items()},
        "production": {service: to_production(run) for service, run in first.items()},
        "update": to_production(server.get(f"/v1/runs/{FRONT}/2")),
    }


def push_alone(server, repository, service):
    """A change of one service while nothing else is under way."""
    known = server.get(f"/v1/repositories/{service}")["status"]["numbers"]["run"]
    basic = base64.b64encode(f"admin:{server.token}".encode()).decode()
    environment = dict(
        os.environ, GIT_AUTHOR_NAME="Developer", GIT_AUTHOR_EMAIL="developer@clinic.example.com",
        GIT_COMMITTER_NAME="Developer", GIT_COMMITTER_EMAIL="developer@clinic.example.com",
        GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0="http.extraHeader",
        GIT_CONFIG_VALUE_0=f"Authorization: Basic {basic}", GIT_TERMINAL_PROMPT="0")
    readme = pathlib.Path(repository, "README.md")
    readme.write_text(readme.read_text() + "\nChanged by the benchmark.\n")
    for words in [["commit", "--quiet", "--all", "--message", "Change"], ["push", "--quiet", "origin", "main"]]:
        done = subprocess.run(["git", *words], cwd=repository, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise Failed(f"git {words[0]}: {done.stderr[-500:]}")

    def finished():
        run = server.get(f"/v1/runs/{service}/{known + 1}")
        if run["status"]["progress"] in ["failed", "cancelled"]:
            raise Failed(f"run {run['name']} {run['status']['progress']}: {run['status'].get('reason')}")
        return run if stage(run, "development").get("finishedAt") else None
    return to_development(wait_for(f"run {known + 1} of {service}", finished, 300, 0.2))


def idle(data):
    # First the minute: what the last update replaced is still leaving.
    time.sleep(IDLE_SECONDS)
    servers = processes("gantry", "up", data)
    agents = processes("gantry-agent", "run", data)
    proxies = processes("gantry-agent", "proxy", data)
    if len(servers) != 1 or not agents:
        raise Failed(f"{len(servers)} servers and {len(agents)} agents were found")
    (server,) = servers
    note(f"idle: the server with the clinic deployed ({len(agents)} agents, {len(proxies)} proxies), after"
         f" {IDLE_SECONDS} s without a request")
    note_load()
    use = cpu_percent([server, *agents, *proxies], CPU_SECONDS)
    memory = {pid: resident_mb(pid) for pid in use}
    figure("up_idle_resident", memory[server], "MB", target=at_most(100, memory[server], "MB"))
    figure("up_idle_cpu", use[server], "%", target=at_most(1, use[server], "% of a core"))
    sizes = [memory[pid] for pid in agents]
    figure("agent_idle_resident", median(sizes), "MB", target=at_most(12, median(sizes), "MB"))
    note(f"  {min(sizes):.1f} to {max(sizes):.1f} MB over {len(sizes)} agents")
    figure("agent_idle_cpu", sum(use[pid] for pid in agents) / len(agents), "%")
    if proxies:
        figure("proxy_idle_resident", median([memory[pid] for pid in proxies]), "MB")


def discovery_wait():
    """Seconds that callers may go on using the front door's old addresses, by the clinic's files."""
    service = (ROOT / f"Examples/clinic/services/{FRONT}/service.yaml").read_text()
    name = re.search(r"discovery: ([\w-]+)", service)[1]
    return float(re.search(rf"{name}: (\d+)s", (ROOT / "Examples/clinic/platform.yaml").read_text())[1])


def report(results):
    def middle(choose):
        values = [choose(result) for result in results]
        return median(values), spread(values)
    value, range_ = middle(lambda result: max(result["development"][service] for service in PYTHON))
    figure("push_to_development_python", value, "s", target=at_most(10, value, "s"))
    note(f"  the slowest of {len(PYTHON)}, pushed while the others' runs are under way: {range_}")
    value, range_ = middle(lambda result: result["alone"][FRONT])
    figure("push_to_development_python_alone", value, "s", target=at_most(10, value, "s"))
    note(f"  a change of {FRONT} while nothing else runs: {range_}")
    value, range_ = middle(lambda result: result["development"][SWIFT])
    figure("push_to_development_swift", value, "s", target=at_most(60, value, "s"))
    note(f"  pushed while the others' runs are under way: {range_}")
    value, range_ = middle(lambda result: result["alone"][SWIFT])
    figure("push_to_development_swift_alone", value, "s", target=at_most(60, value, "s"))
    value, range_ = middle(lambda result: max(result["production"].values()))
    figure("first_rollout_four_regions", value, "s", target=at_most(45, value, "s"))
    note(f"  from approval, the slowest of {len(PYTHON) + 1} services: {range_}")
    value, range_ = middle(lambda result: result["update"])
    limit = REGIONS * (2 * discovery_wait() + 10)
    figure("rolling_update_two_instances_four_regions", value, "s", target=at_most(limit, value, "s"))
    note(f"  from approval, under traffic, discovery wait {discovery_wait():.0f} s: {range_}")
