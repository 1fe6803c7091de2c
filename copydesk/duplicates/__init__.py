"""Articles in, keys out; a pair in, relation and why out. `matching.match` is the way through it."""
