"""`leadbridge intake …`: what a website needs to send leads."""

import click

from bridge import i18n
from bridge.cli.environment import services
from bridge.cli.groups import CommandGroup
from bridge.cli.printing import as_json, print_json, print_table


@click.group(cls=CommandGroup)
def intake() -> None:
    """How websites send leads."""


@intake.command()
@as_json
def show(as_json: bool) -> None:
    """The address and the secret for a website's plugin, and where each form is shown and copied from."""
    settings, pages = services().settings, _pages()
    facts = {
        "url": f"{settings.public_url}/api/v1/submissions",
        "secret": settings.intake_secrets[0],
        "forms": [page["form"] for page in pages],
        "pages": pages,
    }
    if as_json:
        print_json(facts)
        return
    click.echo(f"address  {facts['url']}\nsecret   {facts['secret']}\n\nForms")
    print_table(("form", "kind", "title", "to copy from"), map(_row, pages), "the programme has none")


def _pages() -> list[dict[str, str]]:
    """Each form with its hosted page and the page with its snippets."""
    program, address = services().program, f"{services().settings.public_url}/forms"
    return [
        {
            "form": form.id,
            "kind": form.kind,
            "title": i18n.pick(form.title, program.language),
            "page": f"{address}/{form.id}",
            "snippets": f"{address}/{form.id}/embed",
        }
        for form in program.forms.values()
    ]


def _row(page: dict[str, str]) -> tuple[str, ...]:
    return page["form"], page["kind"], page["title"], page["snippets"]
