"""What the service does, one verb a module: cast a vote, issue a voter token, read the vote log."""
