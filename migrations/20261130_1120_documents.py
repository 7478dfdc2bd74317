"""documents, bundles, and who may see a price

Revision ID: 202611301120
Revises: 202611240300
Create Date: 2026-11-30 11:20:47.579040

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '202611301120'
down_revision: Union[str, Sequence[str], None] = '202611240300'
branch_labels: Union[str, Sequence[str], None] = ()
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table('document',
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('product_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('number', sa.String(length=80), nullable=False),
    sa.Column('issuer', sa.String(length=120), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('endless', sa.Boolean(), nullable=False),
    sa.Column('scope', sa.String(length=200), nullable=False),
    sa.Column('lang', sa.String(length=8), nullable=False),
    sa.Column('audience', sa.String(length=10), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_document_company_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_document_product_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document'))
    )
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_document_company_id'), ['company_id'], unique=False)
        batch_op.create_index('ix_document_expires_on', ['expires_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_document_product_id'), ['product_id'], unique=False)

    op.create_table('document_read',
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('version_number', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('how', sa.String(length=10), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_document_read_company_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_document_read_document_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_read'))
    )
    with op.batch_alter_table('document_read', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_document_read_document_id'), ['document_id'], unique=False)

    op.create_table('document_request',
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('product_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('subject', sa.String(length=60), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_by_user_id', sa.Integer(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by_user_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_document_request_company_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_document_request_document_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['owner_id'], ['company.id'], name=op.f('fk_document_request_owner_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_document_request_product_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_request'))
    )
    with op.batch_alter_table('document_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_document_request_company_id'), ['company_id'], unique=False)
        batch_op.create_index('uq_document_request_open', ['owner_id', 'company_id', 'subject'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.create_table('document_version',
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=90), nullable=False),
    sa.Column('media_type', sa.String(length=40), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by_user_id', sa.Integer(), nullable=True),
    sa.Column('added_by', sa.String(length=120), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_document_version_document_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_version')),
    sa.UniqueConstraint('document_id', 'number', name=op.f('uq_document_version_document_id_number'))
    )
    with op.batch_alter_table('document_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_document_version_key'), ['key'], unique=False)

    op.create_table('expiry_told',
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_expiry_told_document_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expiry_told')),
    sa.UniqueConstraint('document_id', 'expires_on', 'days', name=op.f('uq_expiry_told_document_id_expires_on_days'))
    )
    op.create_table('bundle',
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_user_id', sa.Integer(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_bundle_company_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_bundle_meeting_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['owner_id'], ['company.id'], name=op.f('fk_bundle_owner_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bundle'))
    )
    with op.batch_alter_table('bundle', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bundle_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bundle_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bundle_owner_id'), ['owner_id'], unique=False)

    op.create_table('bundle_item',
    sa.Column('bundle_id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['bundle_id'], ['bundle.id'], name=op.f('fk_bundle_item_bundle_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_bundle_item_document_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bundle_item')),
    sa.UniqueConstraint('bundle_id', 'document_id', name=op.f('uq_bundle_item_bundle_id_document_id'))
    )
    with op.batch_alter_table('bundle_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bundle_item_document_id'), ['document_id'], unique=False)

    op.create_table('document_share',
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('product_id', sa.Integer(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('meeting_id', sa.Integer(), nullable=True),
    sa.Column('bundle_id', sa.Integer(), nullable=True),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('given_by_user_id', sa.Integer(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_by_user_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['bundle_id'], ['bundle.id'], name=op.f('fk_document_share_bundle_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_document_share_company_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_document_share_document_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_document_share_meeting_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['owner_id'], ['company.id'], name=op.f('fk_document_share_owner_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_document_share_product_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_share'))
    )
    with op.batch_alter_table('document_share', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_document_share_bundle_id'), ['bundle_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_document_share_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_document_share_document_id'), ['document_id'], unique=False)
        batch_op.create_index('ix_document_share_of_pair', ['owner_id', 'company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_document_share_product_id'), ['product_id'], unique=False)

    with op.batch_alter_table('product', schema=None) as batch_op:
        batch_op.add_column(sa.Column('price_audience', sa.String(length=10), server_default='open', nullable=False))

    with op.batch_alter_table('product_certificate', schema=None) as batch_op:
        batch_op.add_column(sa.Column('document_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_product_certificate_document_id'), ['document_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_product_certificate_document_id'), 'document', ['document_id'], ['id'], ondelete='SET NULL')



def downgrade() -> None:
    """Downgrade schema."""
    with op.batch_alter_table('product_certificate', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_product_certificate_document_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_product_certificate_document_id'))
        batch_op.drop_column('document_id')

    with op.batch_alter_table('product', schema=None) as batch_op:
        batch_op.drop_column('price_audience')

    with op.batch_alter_table('document_share', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_document_share_product_id'))
        batch_op.drop_index('ix_document_share_of_pair')
        batch_op.drop_index(batch_op.f('ix_document_share_document_id'))
        batch_op.drop_index(batch_op.f('ix_document_share_company_id'))
        batch_op.drop_index(batch_op.f('ix_document_share_bundle_id'))

    op.drop_table('document_share')
    with op.batch_alter_table('bundle_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bundle_item_document_id'))

    op.drop_table('bundle_item')
    with op.batch_alter_table('bundle', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bundle_owner_id'))
        batch_op.drop_index(batch_op.f('ix_bundle_meeting_id'))
        batch_op.drop_index(batch_op.f('ix_bundle_company_id'))

    op.drop_table('bundle')
    op.drop_table('expiry_told')
    with op.batch_alter_table('document_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_document_version_key'))

    op.drop_table('document_version')
    with op.batch_alter_table('document_request', schema=None) as batch_op:
        batch_op.drop_index('uq_document_request_open', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index(batch_op.f('ix_document_request_company_id'))

    op.drop_table('document_request')
    with op.batch_alter_table('document_read', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_document_read_document_id'))

    op.drop_table('document_read')
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_document_product_id'))
        batch_op.drop_index('ix_document_expires_on')
        batch_op.drop_index(batch_op.f('ix_document_company_id'))

    op.drop_table('document')
