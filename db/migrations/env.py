"""What Alembic runs for `db.migrate`: every migration in a transaction of its own."""

from alembic import context

# A migration's transaction ends with these checks; whatever they raise rolls it back.
context.configure(
    connection=context.config.attributes["connection"],
    transactional_ddl=True,
    transaction_per_migration=True,
    on_version_apply=context.config.attributes["checks"],
)
with context.begin_transaction():
    context.run_migrations()
