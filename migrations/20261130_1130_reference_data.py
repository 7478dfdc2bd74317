"""reference data: editions of every kind of table, lines of rates, revisions of rules

Revision ID: 202611301130
Revises: 202611301120
Create Date: 2026-11-30 11:30:00.000000

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '202611301130'
down_revision: Union[str, Sequence[str], None] = '202611301120'
branch_labels: Union[str, Sequence[str], None] = ()
depends_on: Union[str, Sequence[str], None] = None
IN_USE = sa.text("state = 'current'")
LATEST = sa.text("latest = true")


def upgrade() -> None:
    """Upgrade schema. An edition of the nomenclature becomes one kind of edition."""
    op.drop_index('uq_hs_version_current', 'hs_version')
    op.rename_table('hs_version', 'edition')
    with op.batch_alter_table('edition', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=12), nullable=False, server_default='hs'))
        batch_op.add_column(sa.Column('part', sa.String(length=60), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('valid_to', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('verified', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('sample', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('file_key', sa.String(length=80), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('file_name', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('job_id', sa.Integer(), nullable=True))
        batch_op.create_index('uq_edition_current', ['kind', 'part'], unique=True, sqlite_where=IN_USE, postgresql_where=IN_USE)
        batch_op.create_index('ix_edition_kind', ['kind', 'state'])
    op.create_table('rate_row',
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('code', sa.String(length=10), nullable=False),
    sa.Column('heading', sa.String(length=4), nullable=False),
    sa.Column('basis', sa.String(length=12), nullable=False),
    sa.Column('share', sa.Numeric(precision=12, scale=8), nullable=True),
    sa.Column('amount', sa.Numeric(precision=18, scale=6), nullable=True),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('scheme', sa.String(length=30), nullable=False),
    sa.Column('origin', sa.String(length=2), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['edition.id'], name=op.f('fk_rate_row_version_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rate_row')),
    sa.UniqueConstraint('version_id', 'key', name=op.f('uq_rate_row_version_id_key'))
    )
    op.create_index('ix_rate_row_heading', 'rate_row', ['heading', 'version_id'])
    op.create_table('rule_revision',
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('slot', sa.String(length=10), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('latest', sa.Boolean(), nullable=False),
    sa.Column('standing', sa.String(length=10), nullable=False),
    sa.Column('en', sa.String(length=300), nullable=False),
    sa.Column('zh', sa.String(length=300), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('verified', sa.Boolean(), nullable=False),
    sa.Column('sample', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('actor', sa.String(length=200), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_revision')),
    sa.UniqueConstraint('kind', 'code', 'slot', 'number', name=op.f('uq_rule_revision_kind_code_slot_number'))
    )
    op.create_index('uq_rule_revision_latest', 'rule_revision', ['kind', 'code', 'slot'], unique=True, sqlite_where=LATEST,
                    postgresql_where=LATEST)
    op.create_table('reference_stamp',
    sa.Column('name', sa.String(length=10), nullable=False),
    sa.Column('word', sa.String(length=20), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reference_stamp')),
    sa.UniqueConstraint('name', name=op.f('uq_reference_stamp_name'))
    )


def downgrade() -> None:
    """Downgrade schema. Only the nomenclature stays."""
    op.drop_table('reference_stamp')
    op.drop_table('rule_revision')
    op.drop_table('rate_row')
    op.execute("DELETE FROM edition WHERE kind != 'hs' OR state NOT IN ('draft', 'current', 'earlier')")
    with op.batch_alter_table('edition', schema=None) as batch_op:
        batch_op.drop_index('ix_edition_kind')
        batch_op.drop_index('uq_edition_current', sqlite_where=IN_USE, postgresql_where=IN_USE)
        for column in ('job_id', 'file_name', 'file_key', 'sample', 'verified', 'valid_to', 'part', 'kind'):
            batch_op.drop_column(column)
    op.rename_table('edition', 'hs_version')
    op.create_index('uq_hs_version_current', 'hs_version', ['state'], unique=True, sqlite_where=IN_USE, postgresql_where=IN_USE)
