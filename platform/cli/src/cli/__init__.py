"""The command `./dev`: one module per sub-command."""
