"""Least privilege, shown in both directions: the permissions of each role, and the AWS calls of the tests."""
