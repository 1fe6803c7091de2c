# One image for crawls, the command line, workers, and the runs that containers start. Built from the lock file, run as a user without rights.
FROM python:3.11-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1

WORKDIR /app
COPY requirements/run.txt requirements/postgres.txt requirements/
RUN python3 -m pip install --no-deps --require-hashes -r requirements/run.txt -r requirements/postgres.txt
COPY pyproject.toml README.md LICENSE ./
COPY copydesk copydesk
COPY spiders spiders
COPY storage storage
COPY flows flows
RUN python3 -m pip install --no-deps --no-build-isolation . \
 && useradd --uid 10001 --create-home desk \
 && mkdir /desk && chown desk /desk

USER desk
WORKDIR /desk
VOLUME /desk
ENTRYPOINT ["copydesk"]
CMD ["crawl", "--all"]
