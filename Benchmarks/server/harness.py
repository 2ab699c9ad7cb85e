"""What the benchmarks share: starting and ending processes, reading /proc, and printing figures."""

import atexit
import contextlib
import datetime
import json
import os
import pathlib
import platform
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / ".build/release"
CORES = os.cpu_count()
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
# Other work moves medians by tens of percent above this load of the last minute.
QUIET_LOAD = 0.75 * CORES


class Failed(Exception):
    """A figure could not be measured."""


def header():
    now = datetime.datetime.now(datetime.timezone.utc)
    print(f"# {now:%Y-%m-%d %H:%M} UTC, {CORES} cores ({processor()}), {memory_gib():.0f} GiB,"
          f" Linux {platform.release()}, load {os.getloadavg()[0]:.1f}")


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def memory_gib():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def note(text):
    print(f"# {text}", flush=True)


def note_load():
    load = os.getloadavg()[0]
    if load > QUIET_LOAD:
        note(f"the machine is not quiet: load {load:.1f} on {CORES} cores; the figures below are worse for it")


def figure(name, value, unit, peer=None, target=None):
    """Prints `FIGURE VALUE UNIT [PEER VALUE RATIO]`, and on a line of its own how it stands to its target.

    `peer` is (name, value); `target` is (text, reached).
    """
    line = f"{name} {short(value)} {unit}"
    if peer:
        ratio = value / peer[1] if peer[1] else float("nan")
        line += f" {peer[0]} {short(peer[1])} {short(ratio)}"
    print(line)
    if target:
        print(f"#   target {target[0]}: {'reached' if target[1] else 'NOT reached'}")
    sys.stdout.flush()


def at_most(limit, value, unit):
    return (f"<= {short(limit)} {unit}", value <= limit)


def short(value):
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def median(values):
    return statistics.median(values)


def percentile(values, percent):
    """The nearest rank: a value that was measured, never one between two."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * percent // 100) - 1))]


def spread(values):
    return f"{short(min(values))} to {short(max(values))} in {len(values)} rounds"


def program(name):
    path = BUILD / name
    if not path.exists():
        raise Failed(f"{path} is not built: run `make bench-server`")
    return str(path)


def peer(name):
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if not path:
        raise Failed(f"{name} is missing: apt-get install {name}")
    return path


@contextlib.contextmanager
def folder():
    """A folder that other users can pass through, as a data directory has to be."""
    path = tempfile.mkdtemp(prefix="gantry-bench-")
    os.chmod(path, 0o711)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


running = []


def start(command, **options):
    process = subprocess.Popen([str(word) for word in command], **options)
    running.append(process)
    return process


def stop(process, limit=120):
    """Ends a process that was started here: first politely."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(limit)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process in running:
        running.remove(process)


@atexit.register
def stop_all():
    for process in list(running):
        stop(process)


def inside(*words):
    """What `gantry-bench` measured: one object a line."""
    return measured([], *words)


def inside_on(core, *words):
    """The same, pinned to one core of the machine."""
    return measured(["taskset", "-c", str(core % CORES)], *words)


def measured(before, *words):
    run = subprocess.run([*before, program("gantry-bench"), *map(str, words)], capture_output=True, text=True)
    if run.returncode != 0:
        raise Failed(f"gantry-bench {words[0]}: {run.stdout[-500:]}{run.stderr[-500:]}")
    return [json.loads(line) for line in run.stdout.splitlines()]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, test, limit=30.0, every=0.05):
    end = time.monotonic() + limit
    while time.monotonic() < end:
        found = test()
        if found:
            return found
        time.sleep(every)
    raise Failed(f"{what} did not happen within {limit:.0f} s")


def answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False


def resident_mb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise Failed(f"process {pid} has ended")


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


def cpu_percent(pids, seconds):
    """Of one core, for each process, over the next seconds."""
    before = {pid: cpu_seconds(pid) for pid in pids}
    began = time.monotonic()
    time.sleep(seconds)
    took = time.monotonic() - began
    return {pid: 100 * (cpu_seconds(pid) - before[pid]) / took for pid in pids}


def processes(name, verb, data):
    """The processes of a program and verb that work in a data directory."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            if os.path.basename(words[0]) == name and words[1] == verb and any(data in word for word in words):
                found.append(int(entry.name))
    return found


class Server:
    """A server as its clients see it."""

    def __init__(self, address, token):
        self.address = address
        self.token = token

    def get(self, path):
        request = urllib.request.Request(
            self.address + path, headers={"Authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
