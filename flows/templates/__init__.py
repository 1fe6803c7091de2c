"""Texts that `copydesk init` writes."""
