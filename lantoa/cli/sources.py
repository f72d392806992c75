"""`lantoa sources`: the places where the programme's outlets publish."""

from importlib import import_module

import typer

from lantoa.language import _, help_of

COMMANDS = {
    "list": ("sources_list", "list_sources"),
    "add": ("sources_add", "add"),
    "check": ("sources_check", "check"),
    "import": ("sources_opml", "import_"),
    "export": ("sources_opml", "export"),
}


def make_app(named: str) -> typer.Typer:
    """Makes the app with the named command, or with all of them."""
    app = typer.Typer(help=_("The sources of the programme."), no_args_is_help=True)
    app.callback()(lambda: None)  # a single command is still named
    for name in (named,) if named in COMMANDS else COMMANDS:
        module, function = COMMANDS[name]
        command = getattr(import_module(f"lantoa.cli.{module}"), function)
        app.command(name, help=help_of(command))(command)
    return app
