"""All mails as pages in a folder, to be looked at or handed round: as the demo shows them, without a server."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bridge.delivery.jinja import icon, render, stylesheet
from bridge.delivery.letters import Letter
from bridge.delivery.previews import Preview, grouped, preview_line
from bridge.program.model import Program

STYLES, ICON = "leadbridge.css", "leadbridge.svg"


@dataclass(frozen=True, slots=True)
class Shown:
    """A mail in one language. preview: what an inbox shows beside the subject."""

    language: str
    letter: Letter
    preview: str

    @classmethod
    def of(cls, language: str, letter: Letter) -> "Shown":
        """A letter as it is shown."""
        return cls(language, letter, preview_line(letter.html))


@dataclass(frozen=True, slots=True)
class MailPages:
    """What pages are made of: a programme, in which language they speak, who sends, and when."""

    program: Program
    language: str
    sender: str
    now: datetime

    def files(self, mails: Iterable[tuple[Preview, list[Shown]]]) -> Iterator[tuple[str, str]]:
        """Name and content of every file: an index, and of each mail a page, and HTML and text by language."""
        known: dict[str, list[Shown]] = {}
        for preview, shown in mails:
            known[preview.name] = shown
            name = preview.name.partition("/")[2]
            yield f"{preview.name}.html", self._mail(preview.name, name, shown)
            for one in shown:
                yield f"{preview.name}.{one.language}.html", one.letter.html
                yield f"{preview.name}.{one.language}.txt", one.letter.text
        groups = [
            (group, [(one.name, known[one.name], one.idle) for one in group.previews])
            for group in grouped(self.program)
        ]
        yield "index.html", self._page("demo_mails", "", groups=groups, home=".")
        yield STYLES, stylesheet()
        yield ICON, icon()

    def _mail(self, whole: str, name: str, shown: list[Shown]) -> str:
        around = {"all_url": "../index.html", "html_url": name, "between": "."}
        return self._page("demo_mail_preview", "../", name=whole, shown=shown, **around)

    def _page(self, template: str, up: str, **context: object) -> str:
        known = {"program": self.program, "now": self.now, "sender": self.sender, "ending": ".html"}
        kept = {"stylesheet_url": f"{up}{STYLES}", "icon_url": f"{up}{ICON}"}
        return render(f"pages/{template}.html", self.language, **known, **kept, **context)


def write_files(out: Path, files: Iterable[tuple[str, str]]) -> int:
    """Write them below a folder, which is made; returns how many. Raises OSError."""
    count = 0
    for name, content in files:
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        count += 1
    return count
