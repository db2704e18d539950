"""The documents of the APIs: OpenAPI for each service with routes, AsyncAPI for the socket and the streams.

Nothing in them is written by hand. Routes come from the templates, what they take and answer from the
operations that the handlers declare and are held to, and every shape from the contracts.
"""
