"""What the commands of bulk work share: `--on`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from flows.engines import Where


class WhereType(click.ParamType[Any]):
    """`here`, `dask`, `dask=ADDRESS`."""

    name = "where"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Where:
        from flows.engines import Where, parse_where

        if isinstance(value, Where):
            return value
        try:
            return parse_where(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


on_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--on",
    type=WhereType(),
    metavar="here|dask[=ADDRESS]",
    help="What does the work: this machine's processes, or a Dask cluster.  [default: as [bulk] on says]",
)
