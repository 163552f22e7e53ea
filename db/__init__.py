"""The database: engine, tables, queries and migrations; SQL only, no rules."""
