"""What crosses a service boundary: events, bodies, frames, problems, stack exports. Pydantic only."""
