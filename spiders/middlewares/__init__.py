"""What every request passes, robots.txt and redirects included: leases, robots, redirects."""
