"""green evidence: claims with label, number, issuer, scope and searches in registers; declared footprints; what demands ask

Revision ID: 202611301140
Revises: 202611301130
Create Date: 2026-11-30 11:40:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '202611301140'
down_revision: Union[str, Sequence[str], None] = '202611301130'
branch_labels: Union[str, Sequence[str], None] = ()
depends_on: Union[str, Sequence[str], None] = None

TEXTS = (('label', 20), ('number', 80), ('issuer', 120), ('scope', 200), ('register_address', 300), ('checked_address', 300),
         ('checked_by', 200))
DAYS = ('expires_on', 'register_on', 'checked_on')


def upgrade() -> None:
    """Upgrade schema. Claims of before keep their link and words: they say nothing of labels."""
    op.create_table('product_footprint',
    sa.Column('product_id', sa.Integer(), nullable=False),
    sa.Column('standard', sa.String(length=12), nullable=False),
    sa.Column('value', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('unit', sa.String(length=120), nullable=False),
    sa.Column('boundary', sa.String(length=10), nullable=False),
    sa.Column('year', sa.Integer(), nullable=True),
    sa.Column('verifier', sa.String(length=120), nullable=False),
    sa.Column('number', sa.String(length=80), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_product_footprint_product_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_product_footprint'))
    )
    with op.batch_alter_table('product_footprint', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_product_footprint_product_id'), ['product_id'], unique=False)

    with op.batch_alter_table('green_claim', schema=None) as batch_op:
        for name, length in TEXTS:
            batch_op.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=''))
        for name in DAYS:
            batch_op.add_column(sa.Column(name, sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('document_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('checked_found', sa.Boolean(), nullable=True))
        batch_op.create_index(batch_op.f('ix_green_claim_document_id'), ['document_id'], unique=False)
        batch_op.create_foreign_key(
            batch_op.f('fk_green_claim_document_id'), 'document', ['document_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('demand', schema=None) as batch_op:
        batch_op.add_column(sa.Column('green_links', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('green_labels', sa.JSON(), nullable=False, server_default='[]'))


def downgrade() -> None:
    """Downgrade schema."""
    with op.batch_alter_table('demand', schema=None) as batch_op:
        batch_op.drop_column('green_labels')
        batch_op.drop_column('green_links')

    with op.batch_alter_table('green_claim', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_green_claim_document_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_green_claim_document_id'))
        batch_op.drop_column('checked_found')
        batch_op.drop_column('document_id')
        for name in reversed(DAYS):
            batch_op.drop_column(name)
        for name, _length in reversed(TEXTS):
            batch_op.drop_column(name)

    with op.batch_alter_table('product_footprint', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_product_footprint_product_id'))

    op.drop_table('product_footprint')
