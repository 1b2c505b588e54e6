"""What `--help` says of commands, read in full."""

import click

from bridge.cli import COMMANDS, cli


def test_every_command_is_summed_up_in_a_whole_sentence() -> None:
    known = [cli.get_command(click.Context(cli), name) for name in COMMANDS]
    groups = [cli, *(one for one in known if isinstance(one, click.Group))]
    assert len(groups) > 15
    for group in groups:
        context = click.Context(group)
        listed = _pressed(group.get_help(context))
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command is not None
            assert command.help, name
            sentence = command.help.partition("\n\n")[0].partition(". ")[0].rstrip(".")
            assert _pressed(sentence) in listed, name


def _pressed(text: str) -> str:
    """Without blanks, wherever lines are broken."""
    return "".join(text.split())
