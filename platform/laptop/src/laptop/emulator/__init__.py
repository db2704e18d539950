"""The local AWS emulator: ministack's application in our process, an edge in front of it, and patches."""
