"""The cost of the library, measured against the cost of doing without it: ``python -m benchmarks``."""
