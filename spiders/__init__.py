"""How pages are discovered and fetched. The only room that imports Scrapy or Twisted."""
