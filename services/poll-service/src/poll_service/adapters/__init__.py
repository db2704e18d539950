"""Table, bucket and scheduler of this service: the only modules that call AWS."""
