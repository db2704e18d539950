"""What is kept in AWS, and the only place that knows its keys."""
