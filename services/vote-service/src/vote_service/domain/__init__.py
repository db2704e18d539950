"""The rules of voting. Nothing here knows AWS or HTTP."""
