"""Answer preflights of the admin API: its only page is our own and needs none, so nothing is offered."""

from gateway.entry_point import entry_point
from gateway.settings import HttpSettings

from preflight.resolver import preflight_resolver

app = preflight_resolver(HttpSettings.from_environment())
handler = entry_point(app, "AdminPreflight")
