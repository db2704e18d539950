"""The static checks: which there are, and how they are run side by side."""
