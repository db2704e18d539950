"""`dev down`: stop the stack; the next `dev up` restores its polls and votes."""

import typer
from laptop.emulator import process
from laptop.instance import running_instance


def down() -> None:
    """Stop the stack and keep its state."""
    instance = running_instance()
    if instance is None:
        typer.echo("Not running.")
        return
    process.stop(instance)
    typer.echo(f"Stopped; polls and votes are kept in {instance.state}.")
