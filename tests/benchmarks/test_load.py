"""The benchmark of the simulator under load measures what it says."""

from __future__ import annotations

from benchmarks import load


def test_every_figure_is_measured() -> None:
    """Rates and seconds, on the clock and by CPU, each more than nothing."""
    result = load.measure(50, rounds=1)
    for name in ("put", "get", "flexible", "list"):
        for part in ("wall", "cpu"):
            assert result[name][part]["median"] > 0, (name, part)
    assert "PUT/s" in load.sentence(result)
