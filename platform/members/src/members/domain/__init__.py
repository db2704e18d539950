"""Rules for changing members; imports only the standard library and contracts."""
