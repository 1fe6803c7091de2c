"""Articles in, keys out; a pair in, relation and why out."""
