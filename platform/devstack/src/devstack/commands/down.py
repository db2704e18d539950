"""`dev down`: stops the stack; its polls and votes are there again on the next `dev up`."""

import typer

from devstack.emulator import process
from devstack.instance import running_instance


def down() -> None:
    """Stop everything and keep its state."""
    instance = running_instance()
    if instance is None:
        typer.echo("Not running.")
        return
    process.stop(instance)
    typer.echo(f"Stopped; polls and votes are kept in {instance.state}.")
