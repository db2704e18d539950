"""The only modules that know the user pool and the keys of the audit log."""
