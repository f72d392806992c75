"""How far a command is, on a terminal; elsewhere nothing."""

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, SpinnerColumn, TextColumn

from lantoa.cli.output import err


def bars(*columns: ProgressColumn) -> Progress:
    """Without columns: a description, a bar and counts."""
    console = err()
    shown = columns or (SpinnerColumn(), description(), BarColumn(), MofNCompleteColumn())
    return Progress(*shown, console=console, transient=True, disable=not console.is_terminal)


def description() -> ProgressColumn:
    """Of a task, which may hold what an outlet wrote: an address, a title."""
    return TextColumn("{task.description}", markup=False)
