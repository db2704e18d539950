"""Answer preflights of the public API: read access for the origins on the allow-list."""

from chassis.entry_point import entry_point
from chassis.settings import HttpSettings

from preflight.http import preflight_resolver

app = preflight_resolver(HttpSettings.from_environment())
handler = entry_point(app, "PublicPreflight")
