"""The benchmark measures what it says; how fast the machine is, no test asserts."""

from sim.bench import bench, summary_text


def test_the_benchmark_reports_what_others_rely_on():
    result = bench(weeks=2, scale=0.01, object_weeks=1, small=0.003)
    for name in ("ns_per_resident_week", "object_ns_per_resident_week", "ratio"):
        assert result[name] > 0
    assert result["ratio"] > 1
    assert result["profile"]
    assert "ns_per_resident_week" in summary_text(result)
