"""A console for what publishers wrote. Loaded when something is drawn."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from copydesk.text import visible


class SafeConsole(Console):
    """A console to which no text gives orders: controls and marks of direction are left out of what is drawn, our own
    colours stay."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else visible(text), style, control)
