"""Contracts between services: events, bodies, messages, problems, stack exports. Depends on Pydantic only."""
