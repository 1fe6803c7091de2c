"""Speed tables. `make bench` runs them all; no test of the suite times anything."""
