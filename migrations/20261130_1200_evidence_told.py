"""evidence told: which endings of green labels a company was told of

Revision ID: 202611301200
Revises: 202611301145
Create Date: 2026-11-30 12:00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '202611301200'
down_revision: Union[str, Sequence[str], None] = '202611301145'
branch_labels: Union[str, Sequence[str], None] = ()
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table('evidence_told',
    sa.Column('product_id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=110), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_evidence_told_product_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_told')),
    sa.UniqueConstraint('product_id', 'subject', 'expires_on', 'days', name=op.f('uq_evidence_told_product_id_subject_expires_on_days'))
    )


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_table('evidence_told')
