"""Shared test support: events, templates, tables, and all services connected in memory."""
