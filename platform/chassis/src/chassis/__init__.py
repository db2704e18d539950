"""Shared code between API Gateway and the handlers of every service that has HTTP routes.

It checks the origin secret, limits request bodies and formats errors as RFC 9457 problems. Each service
passes its own table that maps exceptions to problems.
"""
