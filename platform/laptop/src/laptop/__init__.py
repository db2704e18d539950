"""The local runtime: deploys the same templates to an AWS emulator that runs in one process."""
