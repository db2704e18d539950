"""One Lambda function per module."""
