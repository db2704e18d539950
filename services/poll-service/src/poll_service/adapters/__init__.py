"""What this service keeps, and the schedule that wakes it: the only modules that call AWS."""
