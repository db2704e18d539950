"""Benchmarks of the project's performance claims, on this machine; only `page` needs the running stack."""
