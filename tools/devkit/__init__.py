"""What `make` runs: set-up, the engine, and the demo on the embedded Azure simulator."""
