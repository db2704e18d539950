"""What tests share: events, templates, tables, and all services joined in memory."""
