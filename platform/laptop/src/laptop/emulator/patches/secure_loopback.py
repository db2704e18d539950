"""Treat requests as encrypted: ministack evaluates `aws:SecureTransport`, and serves only http, on loopback.

Without it, policies that require https would need an exception in the deployed templates.
"""

from contextvars import ContextVar

from ministack import app
from ministack.core import iam_evaluator


def apply() -> None:
    """Evaluate every request as one by https, also a distribution's to its bucket, which passes no port."""
    pin = app.pin_request_origin
    iam_evaluator._request_origin = ContextVar("request_origin", default=("127.0.0.1", True))
    app.pin_request_origin = lambda source_ip, _secure_transport: pin(source_ip, True)
