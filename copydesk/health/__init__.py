"""Is a source well? Pure decisions over what the desk remembers of it."""
