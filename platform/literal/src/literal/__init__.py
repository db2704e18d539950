"""The literal design of the brief, a baseline for benchmarks: it miscounts, never deploy it for votes."""
