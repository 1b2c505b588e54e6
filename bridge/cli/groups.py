"""How commands that belong together are listed."""

import click

WHOLE = 1000
"""More characters than any summary has."""


class CommandGroup(click.Group):
    """Lists its commands with their whole summaries, over as many lines as each takes."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list."""
        known = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, command.get_short_help_str(WHOLE)) for name, command in known.items() if command]
            )
