"""What crosses a service boundary: events, API bodies, WebSocket frames, problems, stack exports. Pydantic only."""
