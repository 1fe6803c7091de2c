"""What we know about news: words, rules, pure functions. No I/O, no framework."""
