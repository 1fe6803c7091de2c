"""When and in what order; the command line too. The only room that imports Prefect."""
