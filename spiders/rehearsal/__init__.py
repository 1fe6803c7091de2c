"""A small web of invented business publications on loopback, with the faults of the real one, to rehearse crawls on."""

from __future__ import annotations

from spiders.rehearsal.expected import Expected, ExpectedArticle
from spiders.rehearsal.web import RehearsalWeb

__all__ = ["Expected", "ExpectedArticle", "RehearsalWeb"]
