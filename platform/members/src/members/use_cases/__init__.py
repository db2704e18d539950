"""What this stack does: invite, change and remove members."""
