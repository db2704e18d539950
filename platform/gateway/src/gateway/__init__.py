"""What stands between an HTTP API and a handler, the same for every service that has routes.

The origin secret, the shape of an error and the limits of a body are the platform's rules, so they stand
once, here. What a refusal means stays with its service: each gives its own table of exceptions and problems.
"""
