"""Shows the progress of a command on a terminal, and nothing elsewhere."""

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, SpinnerColumn, TextColumn

from lantoa.cli.output import err


def bars(*columns: ProgressColumn) -> Progress:
    """Makes a progress bar; without columns, it has a description, a bar and counts."""
    console = err()
    shown = columns or (SpinnerColumn(), description(), BarColumn(), MofNCompleteColumn())
    return Progress(*shown, console=console, transient=True, disable=not console.is_terminal)


def description() -> ProgressColumn:
    """Shows the description as plain text, because it may contain text by outlets, such as a title."""
    return TextColumn("{task.description}", markup=False)
