"""Queries, one file a topic: functions over a connection, rows in and domain values out."""
