"""Spans and log lines through the gateway into its store, from inside, on one core."""

import shutil

from harness import at_most, figure, folder, inside_on, median, note, note_load, spread

# Of each kind; at the target's rate, what comes in ten seconds.
RECORDS = 200_000
TARGET = 20_000


def run(rounds):
    note(f"gateway: {RECORDS} spans and as many log lines from 8 senders, packed OTLP bodies of 400 records, until they are on disk;")
    note("  one process on one core: unpacking, decoding, stamping, counting, appending, and the flush of each append")
    note_load()
    taken = []
    with folder() as path:
        for number in range(rounds):
            taken.append(inside_on(1, "gateway", f"{path}/{number}", RECORDS, 0)[0])
            assert taken[-1]["spans"] == taken[-1]["logs"] == RECORDS
            shutil.rmtree(f"{path}/{number}")
        paced = inside_on(1, "gateway", f"{path}/paced", RECORDS, TARGET)[0]
    records = 2 * RECORDS
    # What a core does by itself; the wall clock says what others left of it.
    rates = [RECORDS / run["cpu_seconds"] for run in taken]
    rate = median(rates)
    figure("gateway_spans_per_core", rate, "spans/s", target=(f">= {TARGET} spans/s", rate >= TARGET))
    figure("gateway_lines_per_core", rate, "lines/s", target=(f">= {TARGET} lines/s, together with the spans", rate >= TARGET))
    note(f"  {spread(rates)}; by the wall clock {median([RECORDS / run['seconds'] for run in taken]):.0f} of each")
    figure("gateway_cpu", median([run["cpu_seconds"] * 1e6 / records for run in taken]), "ms_per_1000_records")
    figure("gateway_disk", median([run["disk_bytes"] / records for run in taken]), "bytes/record",
           ("bodies", taken[0]["body_bytes"] / records))
    figure("gateway_resident", median([run["resident_mb"] for run in taken]), "MB")
    note(f"  of that {taken[0]['sample_mb']:.0f} MB are bodies that wait to be sent")
    figure("gateway_answer_p99", median([run["answer_p99_ms"] for run in taken]), "ms")
    note(f"at {TARGET} spans/s and {TARGET} lines/s, with a search for each of {paced['searches']} lines as soon as it is sent:")
    figure("gateway_busy", 100 * paced["cpu_seconds"] / paced["seconds"], "%_of_a_core",
           target=at_most(100, 100 * paced["cpu_seconds"] / paced["seconds"], "%"))
    figure("gateway_paced_answer_p99", paced["answer_p99_ms"], "ms")
    worst = paced["found_p99_ms"] / 1000
    figure("gateway_line_searchable_p99", worst, "s", target=at_most(1.5, worst, "s"))
