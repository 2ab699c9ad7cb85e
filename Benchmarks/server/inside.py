"""Figures that `gantry-bench` takes from inside: plans, and the start of steps."""

from harness import at_most, figure, folder, inside, median, note, note_load, percentile, program, spread

STEPS = 10  # of one round


def plan(rounds):
    note("plan: 1,000 services x 4 environments x 4 regions, every workload changes, output as text")
    note_load()
    reading, *times = inside("plan", max(3, rounds))
    assert all(time["workloads"] == time["changes"] == 16000 for time in times)
    whole = [sum(time[part] for part in ["expand_ms", "diff_ms", "text_ms"]) / 1000 for time in times]
    figure("plan_16000", median(whole), "s", target=at_most(1, median(whole), "s"))
    parts = ", ".join(f"{part} {median([time[part + '_ms'] for time in times]):.0f} ms"
                      for part in ["expand", "diff", "text"])
    note(f"  {parts}; {spread(whole)}; text of {times[0]['bytes'] / 2**20:.1f} MiB")
    figure("read_1000_service_files", reading["read_ms"] / 1000, "s")


def step(rounds):
    note("step start: from asking for a step to its command's first words, under a user and namespaces of its own")
    note_load()
    with folder() as path:
        times = inside("step", program("gantry-agent"), path, rounds * STEPS)
    added = [time["step_ms"] - time["plain_ms"] for time in times]
    figure("step_start_overhead", median(added), "ms", target=at_most(50, median(added), "ms"))
    note(f"  p90 {percentile(added, 90):.1f} ms, {spread(added)}; the same shell command by itself needs"
         f" {median([time['plain_ms'] for time in times]):.1f} ms")
    figure("step_whole", median([time["whole_ms"] for time in times]), "ms")
    note("  until the step, all its processes and its log had ended and were known to have")
