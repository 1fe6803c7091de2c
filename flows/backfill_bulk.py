"""WARC files taken in by an engine's tasks: in spans, a window of them in flight, stored in the files' order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from copydesk.errors import StorageError
from flows.backfill import Intake, Reading
from flows.bulk import BATCH, Engine, Pending
from flows.spans import SPAN_BYTES, Piece, Span, SpanRead, Survey, read_span, survey_piece
from storage.warcs import WarcRecord, read_warc, starts_anywhere

WAIT_S = 0.2
SMALL_BYTES = 4 << 20
"""A file up to this size is one span, and nobody needs to look where others could begin."""


def read_files(intake: Intake, engine: Engine, files: Sequence[Path]) -> None:
    """Take in files, read by tasks. The order of what is stored is that of the files and of what they hold."""
    plan = _Plan(intake, engine, deque(files))
    window: deque[tuple[_Planned, Pending[SpanRead]]] = deque()
    while not intake.stop.is_set():
        while len(window) < engine.width and (planned := plan.next_span(0 if window else WAIT_S)) is not None:
            window.append((planned, engine.submit(read_span, planned.span)))
        if not window:
            if plan.is_done:
                return
            intake.breathe()  # files that are looked at are held by leases, too
            continue
        planned, pending = window[0]
        ended = pending.ended(WAIT_S)
        if ended is None:
            intake.breathe()
            continue
        window.popleft()
        reading = planned.reading
        if reading.is_given_up:
            continue
        read = ended.value
        if read is None:
            why = f"{reading.file}: from byte {planned.span.start:,} on: {ended.lost}"
            read = SpanRead(position=planned.span.start, damage=why)
        intake.keep_read(read, reading, is_last=planned.span.until is None)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Planned:
    reading: Reading
    span: Span


@dataclass(slots=True)
class _Plan:
    """The spans of all files, in their order, found out a little ahead of their being needed."""

    intake: Intake
    engine: Engine
    files: deque[Path]
    ready: deque[_Planned] = field(default_factory=deque)
    piece: tuple[Reading, int] | None = None
    """The file that is being divided, and where to go on."""
    survey: Pending[Survey] | None = None
    """Of that piece."""
    loaded: Iterator[_Planned] | None = None
    """The spans of a file that can be read only from its beginning, which is done here."""

    @property
    def is_done(self) -> bool:
        return not (self.files or self.ready or self.piece or self.loaded)

    def next_span(self, wait_s: float) -> _Planned | None:
        """The next span, waiting up to `wait_s` for it; None: it is not known yet, or there is none."""
        self._look_ahead(wait_s)
        return self.ready.popleft() if self.ready else None

    def _look_ahead(self, wait_s: float) -> None:
        while True:
            if self.survey is not None:
                if not self._divide(0 if self.ready else wait_s):
                    return
            elif self.loaded is not None:
                if self.ready:
                    return  # one at a time: its pages are in it
                self._load()
            elif len(self.ready) >= 2 * self.engine.width:
                return
            elif self.piece is not None:
                reading, start = self.piece
                piece = Piece(file=str(reading.file.absolute()), start=start, spans=4 * self.engine.width, pages=BATCH)
                self.survey = self.engine.submit(survey_piece, piece)
            elif self.files:
                self._begin(self.files.popleft())
            else:
                return

    def _begin(self, file: Path) -> None:
        reading = self.intake.begin(file)
        if reading is None:
            return
        try:
            if not starts_anywhere(file):
                self.loaded = self._read_here(reading)
            elif reading.size - reading.position <= SMALL_BYTES:
                self.ready.append(self._planned(reading, reading.position, None))
            else:
                self.piece = (reading, reading.position)
        except StorageError as error:
            self.ready.append(self._planned(reading, reading.position, None, records=(), damage=str(error)))

    def _divide(self, wait_s: float) -> bool:
        """Add the spans of the piece that was looked at; False: it is not yet."""
        assert self.survey is not None
        assert self.piece is not None
        ended = self.survey.ended(wait_s)
        if ended is None:
            return False
        reading, start = self.piece
        found = ended.value or Survey(starts=(start,), next_start=None)  # lost: then the rest of the file is one span
        ends = (*found.starts[1:], found.next_start)
        for begin, end in zip(found.starts, ends, strict=True):
            self.ready.append(self._planned(reading, begin, end))
        self.survey = None
        self.piece = None if found.next_start is None or reading.is_given_up else (reading, found.next_start)
        return True

    def _load(self) -> None:
        assert self.loaded is not None
        planned = next(self.loaded, None)
        if planned is None:
            self.loaded = None
        else:
            self.ready.append(planned)

    def _read_here(self, reading: Reading) -> Iterator[_Planned]:
        """The spans of a file that is packed as a whole, its records in them."""
        records: list[WarcRecord] = []
        start, size, damage = reading.position, 0, ""
        try:
            for record in read_warc(reading.file, start=start, most_bytes=self.intake.settings.crawl.max_body_bytes):
                if len(records) >= BATCH or size >= SPAN_BYTES:
                    yield self._planned(reading, start, record.position, records=tuple(records))
                    records, start, size = [], record.position, 0
                records.append(record)
                size += len(record.page.body) if record.page else 0
        except StorageError as error:
            damage = str(error)
        yield self._planned(reading, start, None, records=tuple(records), damage=damage)

    def _planned(
        self,
        reading: Reading,
        start: int,
        until: int | None,
        *,
        records: tuple[WarcRecord, ...] | None = None,
        damage: str = "",
    ) -> _Planned:
        span = Span(
            file=str(reading.file.absolute()),
            start=start,
            until=until,
            records=records,
            damage=damage,
            crawl_id=self.intake.crawl_id,
            wanted=self.intake.wanted,
            book=self.intake.book,
            most_bytes=self.intake.settings.crawl.max_body_bytes,
            timeout_s=self.intake.settings.extract.timeout_s,
        )
        return _Planned(reading=reading, span=span)
