"""Answer preflights of the admin API: no cross-origin access, as its only page is on the same origin."""

from chassis.entry_point import entry_point
from chassis.settings import HttpSettings

from preflight.http import preflight_resolver

app = preflight_resolver(HttpSettings.from_environment())
handler = entry_point(app, "AdminPreflight")
