"""The one page that is shown without a password, whole in itself: not even a stylesheet is served before."""

from __future__ import annotations

import base64
import hashlib
from html import escape

STYLE = """
:root { color-scheme: light dark; --paper: #fbfaf6; --ink: #1d1b18; --line: #8a8378; --alarm: #9a1f12 }
@media (prefers-color-scheme: dark) {
  :root { --paper: #171614; --ink: #ece7de; --line: #8f877a; --alarm: #ff9d8a }
}
body { background: var(--paper); color: var(--ink); font: 1.06rem/1.5 Georgia, "Noto Serif", serif; margin: 0 }
main { max-width: 22rem; margin: 18vh auto 0; padding: 0 1.25rem }
h1 { font-size: 2rem; font-weight: 500; border-bottom: 3px double var(--line); padding-bottom: .4rem }
label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit }
input, button { margin: .4rem 0 1rem; padding: .55rem .7rem; border: 1px solid var(--line); border-radius: 3px;
  background: transparent; color: inherit }
button { background: var(--ink); color: var(--paper); cursor: pointer }
:focus-visible { outline: 3px solid #3b78c4; outline-offset: 2px }
.wrong { color: var(--alarm); font-weight: 600 }
"""
LOGIN_POLICY = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Copydesk: log in</title>
<style>{style}</style>
<main>
<h1>Copydesk</h1>
{wrong}<form method="post" action="/-/login">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required autofocus>
<input type="hidden" name="next" value="{wanted}">
<button>Log in</button>
</form>
</main>
</html>
"""


def login_page(wanted: str, wrong: str = "") -> str:
    """The form; `wanted` is the path to go on to, `wrong` what is wrong with the last try."""
    told = f'<p class="wrong" role="alert">{escape(wrong)}</p>\n' if wrong else ""
    return PAGE.format(style=STYLE, wrong=told, wanted=escape(wanted))
