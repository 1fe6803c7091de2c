"""Bytes of a page -> an article, or the reason why there is none. The door is `copydesk.extraction.article`."""
