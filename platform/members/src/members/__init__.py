"""Members: organisers' accounts and roles, and the audit log of their actions."""
