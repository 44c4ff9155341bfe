"""What the library costs, measured beside what it would cost without it: ``python -m benchmarks``."""
