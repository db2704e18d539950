"""Use cases: invite, change and remove members."""
