"""The static checks of `dev check`, run in parallel."""
