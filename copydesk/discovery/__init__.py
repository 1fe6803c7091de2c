"""Bytes of feeds, sitemaps and section pages in, entries out."""
