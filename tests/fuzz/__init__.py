"""Mutated pages through real workers: `make fuzz` runs 100,000, `make test` a few hundred."""
