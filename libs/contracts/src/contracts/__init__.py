"""Contracts between services: events, bodies, frames, problems, stack exports. Depends on Pydantic only."""
