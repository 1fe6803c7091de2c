"""What we keep. The only room that speaks SQL.

What other programs may count on is named here (docs/python-api.md); all else may change.
"""

from storage.records import ArticleQuery, EdgeQuery, StoryQuery
from storage.store import Store, open_store

__all__ = ["ArticleQuery", "EdgeQuery", "Store", "StoryQuery", "open_store"]
