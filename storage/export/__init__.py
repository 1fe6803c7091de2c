"""Articles as files for others: one module a format, all fed row by row, so that a million articles take no memory."""
