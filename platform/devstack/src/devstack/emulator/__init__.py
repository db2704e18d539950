"""AWS on this machine: ministack's application in our own process, with an edge beside it and a few repairs."""
