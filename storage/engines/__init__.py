"""The databases that a desk can be kept in: each opens one, speaks to it, and says what it refuses in plain words."""
