"""What loading costs is told by package, without counting anything twice."""

from benchmarks.imports import own_times


def test_each_package_is_told_by_its_own_time() -> None:
    spent = own_times("bridge.errors")
    assert spent["bridge"] > 0
    assert all(micros >= 0 for micros in spent.values())
    assert "flask" not in spent
