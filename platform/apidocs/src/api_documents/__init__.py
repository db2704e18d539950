"""Generates the API documents: OpenAPI for services with routes, AsyncAPI for the WebSocket and the streams.

Routes come from the templates, requests and responses from the operations that the handlers declare and are
checked against, and all schemas from the contracts.
"""
