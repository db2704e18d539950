"""Trace ids in log lines that a function writes anyway; a further line per vote would cost more."""

from aws_lambda_powertools import Logger, Metrics


def note_trace(trace_id: str) -> None:
    """Add a request's trace id to the invocation's metric line and to the later lines of its logger."""
    Logger().append_keys(trace_id=trace_id)
    Metrics().add_metadata("trace_id", trace_id)
