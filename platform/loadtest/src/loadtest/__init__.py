"""Load tests of a running stack: a crowd of voters, fault injection, benchmarks."""
