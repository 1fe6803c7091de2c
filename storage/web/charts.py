"""Small charts as SVG, without a script and without a style: they are part of the page."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

BAR, SPACE, HEIGHT = 5, 2, 30


def bars(values: Sequence[tuple[str, int]], *, label: str) -> Markup:
    """One bar a day; a day without any is a dot on the line. `label` says what is counted, for who cannot see it."""
    most = max((value for _, value in values), default=0)
    total = sum(value for _, value in values)
    told = f"{label}: {total:,} in {len(values)} days, at most {most:,} a day"
    drawn = [_bar(place, day, value, most) for place, (day, value) in enumerate(values)]
    width = len(values) * (BAR + SPACE)
    return Markup(
        '<svg class="bars" role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}">{}</svg>'
    ).format(told, width, HEIGHT, width, HEIGHT, Markup("").join(drawn))


def _bar(place: int, day: str, value: int, most: int) -> Markup:
    height = max(2, round(value / most * HEIGHT)) if value else 1
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>').format(
        "some" if value else "nothing", place * (BAR + SPACE), HEIGHT - height, BAR, height, f"{day}: {value:,}"
    )
