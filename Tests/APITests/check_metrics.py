"""Reads metrics as Prometheus does and prints them as JSON: {"families": {NAME: TYPE}, "samples": [[NAME, LABELS, VALUE]]}.

Exits 1 for a family or a sample that stands twice, and for a histogram whose buckets go down. Needs prometheus_client.
"""

import json
import math
import sys

from prometheus_client.parser import text_fd_to_metric_families

families, samples, seen = {}, [], set()
with open(sys.argv[1], encoding="utf-8") as file:
    for family in text_fd_to_metric_families(file):
        assert family.name not in families, f"{family.name} stands twice"
        assert family.documentation and family.type != "unknown", family.name
        families[family.name] = family.type
        buckets = {}
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            assert key not in seen, f"{key} stands twice"
            seen.add(key)
            samples.append([sample.name, sample.labels, sample.value if math.isfinite(sample.value) else str(sample.value)])
            if sample.name.endswith("_bucket"):
                series = tuple(sorted((name, value) for name, value in sample.labels.items() if name != "le"))
                assert sample.value >= buckets.get(series, 0), f"{key} goes down"
                buckets[series] = sample.value
print(json.dumps({"families": families, "samples": samples}))
