#!/usr/bin/env python3
"""Print the packages of one lock file that another one lacks: what an extra adds.

beyond.py BASE WITH_EXTRA
"""

import re
import sys
from itertools import pairwise
from pathlib import Path

PACKAGE = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


def blocks(path: str) -> dict[str, str]:
    """Package -> its lines, hashes and comments included."""
    text = Path(path).read_text(encoding="utf-8")
    starts = [match.start() for match in PACKAGE.finditer(text)] + [len(text)]
    parts = [text[start:end] for start, end in pairwise(starts)]
    return {part.partition("==")[0]: part for part in parts}


base, wanted = blocks(sys.argv[1]), blocks(sys.argv[2])
print("".join(part for name, part in wanted.items() if name not in base), end="")
