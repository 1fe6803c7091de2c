"""What a person named: the article, source or tag of that name, or a complaint that names the nearest one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.errors import CopydeskError
from copydesk.nearest import nearest_name

if TYPE_CHECKING:
    from storage.records import ArticleQuery
    from storage.store import Row, Store


def check_source(store: Store, name: str) -> None:
    """Raises: CopydeskError: no source of this name is stored; it names the nearest one. No name is no complaint."""
    if name and name not in (known := store.sources.tags()):
        raise CopydeskError(name, f"no such source is stored{nearest_name(name, known)}")


def check_filters(store: Store, query: ArticleQuery) -> None:
    """Raises: CopydeskError: there is no source or tag of the name that is asked for; it names the nearest one."""
    check_source(store, query.source)
    tags = sorted({tag for tags in store.sources.tags().values() for tag in tags}) if query.tag else []
    if query.tag and query.tag not in tags:
        raise CopydeskError(query.tag, f"no source has this tag{nearest_name(query.tag, tags)}")


def find_article(store: Store, id_or_url: str) -> Row:
    """One article.

    Raises:
        CopydeskError: there is none of this id or URL; of a URL it names the nearest one.
    """
    row = store.articles.get(id_or_url)
    if row is not None:
        return row
    near = "" if id_or_url.isdecimal() else nearest_name(id_or_url, store.articles.urls_near(id_or_url))
    advice = "`copydesk articles` lists them" if id_or_url.isdecimal() else "`copydesk why URL` shows what is known"
    raise CopydeskError(id_or_url, f"there is no article of this id or URL{near or f'; {advice}'}")
