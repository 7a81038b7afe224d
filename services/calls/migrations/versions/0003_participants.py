"""Calls by participant, newest first; the array loses its index, idle under row-level security."""

from alembic import op

from ringback.fold.ddl import drop_participants_1, participants_1
from ringback.postgres.tenancy import isolate

revision = "0003"
down_revision = "0002"

KINDS = (("calls", "call", "started_at"),)


def upgrade() -> None:
    op.execute("DROP INDEX calls_of_participant")
    for plural, singular, time in KINDS:
        for statement in (*participants_1(plural, singular, time), *isolate(f"{singular}_participants")):
            op.execute(statement)


def downgrade() -> None:
    for plural, singular, _ in KINDS:
        for statement in drop_participants_1(plural, singular):
            op.execute(statement)
    op.execute("CREATE INDEX calls_of_participant ON calls USING gin (participants)")
