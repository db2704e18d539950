"""What the service does: publish the site."""
