"""AWS on this machine: ministack's application in our process, an edge beside it and a few repairs."""
