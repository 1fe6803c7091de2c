"""Bytes of a page in, an article or a reason out."""
