"""What this service keeps: the only modules that know a table's keys."""
