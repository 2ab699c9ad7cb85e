#!/usr/bin/env python3
"""Measures the figures of docs/benchmarks.md: `run.py [--rounds N] [plan step list gateway proxy demo]`.

Each figure is a line `FIGURE VALUE UNIT [PEER VALUE RATIO]`; lines that start with # say how it was taken.
"""

import argparse
import sys

import demo
import harness
import inside
import lists
import proxy
import gateway

SUITES = {"plan": inside.plan, "step": inside.step, "list": lists.run, "gateway": gateway.run,
          "proxy": proxy.run, "demo": demo.run}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=", ".join(SUITES) + "; all when none is named")
    parser.add_argument("--rounds", type=int, default=3, help="medians are over this many (3)")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.suites if name not in SUITES]
    if unknown:
        parser.error(f"no such suite: {', '.join(unknown)}")
    harness.header()
    failed = False
    for name in arguments.suites or SUITES:
        try:
            SUITES[name](arguments.rounds)
        except (harness.Failed, OSError) as reason:
            failed = True
            harness.note(f"FAILED {name}: {reason}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
