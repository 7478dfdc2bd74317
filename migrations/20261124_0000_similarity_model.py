"""similarity model

Revision ID: 202611240000
Revises: 202611232200
Create Date: 2026-11-24 00:00:53.438876

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '202611240000'
down_revision: Union[str, Sequence[str], None] = '202611232200'
branch_labels: Union[str, Sequence[str], None] = ()
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema. Stored matches are made anew: their reasons have another shape."""
    op.execute("DELETE FROM recommendation")
    op.execute("INSERT INTO stale_match (expo_id, spreads) SELECT id, " + ("true" if op.get_bind().dialect.name == "postgresql" else "1") + " FROM expo")
    op.create_table('hs_version',
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('edition', sa.String(length=80), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('line_count', sa.Integer(), nullable=False),
    sa.Column('bad_count', sa.Integer(), nullable=False),
    sa.Column('problems', sa.JSON(), nullable=False),
    sa.Column('loaded_by_id', sa.Integer(), nullable=True),
    sa.Column('loaded_by', sa.String(length=200), nullable=False),
    sa.Column('loaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('applied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hs_version'))
    )
    with op.batch_alter_table('hs_version', schema=None) as batch_op:
        batch_op.create_index('uq_hs_version_current', ['state'], unique=True, sqlite_where=sa.text("state = 'current'"), postgresql_where=sa.text("state = 'current'"))

    op.create_table('model_version',
    sa.Column('params', sa.JSON(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('answers', sa.Integer(), nullable=False),
    sa.Column('window_from', sa.DateTime(timezone=True), nullable=True),
    sa.Column('window_to', sa.DateTime(timezone=True), nullable=True),
    sa.Column('metrics', sa.JSON(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_model_version')),
    sa.UniqueConstraint('sha256', name=op.f('uq_model_version_sha256'))
    )
    with op.batch_alter_table('model_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_model_version_used_since'), ['used_since'], unique=False)

    op.create_table('feedback',
    sa.Column('expo_id', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('demand_id', sa.Integer(), nullable=False),
    sa.Column('product_id', sa.Integer(), nullable=False),
    sa.Column('side', sa.String(length=10), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.Column('value', sa.Double(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=True),
    sa.Column('signals', sa.JSON(), nullable=False),
    sa.Column('model', sa.String(length=120), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_feedback_company_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['expo_id'], ['expo.id'], name=op.f('fk_feedback_expo_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['other_id'], ['company.id'], name=op.f('fk_feedback_other_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback')),
    sa.UniqueConstraint('company_id', 'demand_id', 'product_id', 'kind', name=op.f('uq_feedback_company_id_demand_id_product_id_kind'))
    )
    with op.batch_alter_table('feedback', schema=None) as batch_op:
        batch_op.create_index('ix_feedback_of_expo', ['expo_id', 'at'], unique=False)

    op.create_table('hs_line',
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=10), nullable=False),
    sa.Column('en', sa.String(length=600), nullable=False),
    sa.Column('zh', sa.String(length=600), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['hs_version.id'], name=op.f('fk_hs_line_version_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hs_line')),
    sa.UniqueConstraint('version_id', 'code', name=op.f('uq_hs_line_version_id_code'))
    )
    op.create_table('match_report',
    sa.Column('expo_id', sa.Integer(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['expo_id'], ['expo.id'], name=op.f('fk_match_report_expo_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_match_report')),
    sa.UniqueConstraint('expo_id', name=op.f('uq_match_report_expo_id'))
    )
    op.create_table('potential',
    sa.Column('expo_id', sa.Integer(), nullable=False),
    sa.Column('side', sa.String(length=10), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('value', sa.Double(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['expo_id'], ['expo.id'], name=op.f('fk_potential_expo_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_potential')),
    sa.UniqueConstraint('expo_id', 'side', 'subject_id', name=op.f('uq_potential_expo_id_side_subject_id'))
    )
    op.create_table('agreed',
    sa.Column('expo_id', sa.Integer(), nullable=False),
    sa.Column('demand_id', sa.Integer(), nullable=False),
    sa.Column('product_id', sa.Integer(), nullable=False),
    sa.Column('side', sa.String(length=8), nullable=False),
    sa.Column('field', sa.String(length=30), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['demand_id'], ['demand.id'], name=op.f('fk_agreed_demand_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['expo_id'], ['expo.id'], name=op.f('fk_agreed_expo_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_agreed_product_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreed')),
    sa.UniqueConstraint('demand_id', 'product_id', 'side', 'field', name=op.f('uq_agreed_demand_id_product_id_side_field'))
    )
    with op.batch_alter_table('agreed', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agreed_expo_id'), ['expo_id'], unique=False)

    op.create_table('proposal',
    sa.Column('expo_id', sa.Integer(), nullable=False),
    sa.Column('demand_id', sa.Integer(), nullable=False),
    sa.Column('product_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('to_id', sa.Integer(), nullable=False),
    sa.Column('by_user_id', sa.Integer(), nullable=True),
    sa.Column('gap', sa.String(length=30), nullable=False),
    sa.Column('side', sa.String(length=8), nullable=False),
    sa.Column('field', sa.String(length=30), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('answers_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by_user_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['answers_id'], ['proposal.id'], name=op.f('fk_proposal_answers_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['by_id'], ['company.id'], name=op.f('fk_proposal_by_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['demand_id'], ['demand.id'], name=op.f('fk_proposal_demand_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['expo_id'], ['expo.id'], name=op.f('fk_proposal_expo_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_proposal_product_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['to_id'], ['company.id'], name=op.f('fk_proposal_to_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal'))
    )
    with op.batch_alter_table('proposal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proposal_by_id'), ['by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_proposal_expo_id'), ['expo_id'], unique=False)
        batch_op.create_index('ix_proposal_of_pair', ['demand_id', 'product_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_proposal_to_id'), ['to_id'], unique=False)
        batch_op.create_index('uq_proposal_open', ['demand_id', 'product_id', 'side', 'field'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    with op.batch_alter_table('company', schema=None) as batch_op:
        batch_op.add_column(sa.Column('personalised', sa.Boolean(), nullable=False, server_default=sa.true()))

    with op.batch_alter_table('demand', schema=None) as batch_op:
        batch_op.add_column(sa.Column('original', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('read', sa.JSON(), nullable=False, server_default='{}'))

    with op.batch_alter_table('product', schema=None) as batch_op:
        batch_op.add_column(sa.Column('original', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('read', sa.JSON(), nullable=False, server_default='{}'))

    with op.batch_alter_table('recommendation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('order_buyer', sa.Double(), nullable=False))
        batch_op.add_column(sa.Column('order_exhibitor', sa.Double(), nullable=False))
        batch_op.add_column(sa.Column('base_buyer', sa.Double(), nullable=False))
        batch_op.add_column(sa.Column('base_exhibitor', sa.Double(), nullable=False))
        batch_op.add_column(sa.Column('odds_buyer', sa.Double(), nullable=False))
        batch_op.add_column(sa.Column('odds_exhibitor', sa.Double(), nullable=False))
        batch_op.add_column(sa.Column('chance_buyer', sa.Double(), nullable=True))
        batch_op.add_column(sa.Column('chance_exhibitor', sa.Double(), nullable=True))
        batch_op.add_column(sa.Column('chance_intention', sa.Double(), nullable=True))
        batch_op.add_column(sa.Column('repairs', sa.JSON(), nullable=False))
        batch_op.add_column(sa.Column('signals', sa.JSON(), nullable=False))
        batch_op.alter_column('model',
               existing_type=sa.VARCHAR(length=80),
               type_=sa.String(length=120),
               existing_nullable=False)
        batch_op.drop_index(batch_op.f('ix_recommendation_of_buyer'))
        batch_op.create_index('ix_recommendation_of_buyer', ['buyer_id', 'expo_id', 'order_buyer'], unique=False)
        batch_op.drop_index(batch_op.f('ix_recommendation_of_demand'))
        batch_op.create_index('ix_recommendation_of_demand', ['demand_id', 'order_buyer'], unique=False)
        batch_op.drop_index(batch_op.f('ix_recommendation_of_exhibitor'))
        batch_op.create_index('ix_recommendation_of_exhibitor', ['exhibitor_id', 'expo_id', 'order_exhibitor'], unique=False)
        batch_op.drop_index(batch_op.f('ix_recommendation_of_product'))
        batch_op.create_index('ix_recommendation_of_product', ['product_id', 'expo_id', 'order_exhibitor'], unique=False)

    for table, columns in (("company", ("personalised",)), ("demand", ("original", "read")), ("product", ("original", "read"))):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.alter_column(column, server_default=None)  # it was for the rows that were there


def downgrade() -> None:
    """Downgrade schema."""
    op.execute("DELETE FROM recommendation")
    with op.batch_alter_table('recommendation', schema=None) as batch_op:
        batch_op.drop_index('ix_recommendation_of_product')
        batch_op.create_index(batch_op.f('ix_recommendation_of_product'), ['product_id', 'expo_id', 'score'], unique=False)
        batch_op.drop_index('ix_recommendation_of_exhibitor')
        batch_op.create_index(batch_op.f('ix_recommendation_of_exhibitor'), ['exhibitor_id', 'expo_id', 'score'], unique=False)
        batch_op.drop_index('ix_recommendation_of_demand')
        batch_op.create_index(batch_op.f('ix_recommendation_of_demand'), ['demand_id', 'score'], unique=False)
        batch_op.drop_index('ix_recommendation_of_buyer')
        batch_op.create_index(batch_op.f('ix_recommendation_of_buyer'), ['buyer_id', 'expo_id', 'score'], unique=False)
        batch_op.alter_column('model',
               existing_type=sa.String(length=120),
               type_=sa.VARCHAR(length=80),
               existing_nullable=False)
        batch_op.drop_column('signals')
        batch_op.drop_column('repairs')
        batch_op.drop_column('chance_intention')
        batch_op.drop_column('chance_exhibitor')
        batch_op.drop_column('chance_buyer')
        batch_op.drop_column('odds_exhibitor')
        batch_op.drop_column('odds_buyer')
        batch_op.drop_column('base_exhibitor')
        batch_op.drop_column('base_buyer')
        batch_op.drop_column('order_exhibitor')
        batch_op.drop_column('order_buyer')

    with op.batch_alter_table('product', schema=None) as batch_op:
        batch_op.drop_column('read')
        batch_op.drop_column('original')

    with op.batch_alter_table('demand', schema=None) as batch_op:
        batch_op.drop_column('read')
        batch_op.drop_column('original')

    with op.batch_alter_table('company', schema=None) as batch_op:
        batch_op.drop_column('personalised')

    with op.batch_alter_table('proposal', schema=None) as batch_op:
        batch_op.drop_index('uq_proposal_open', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index(batch_op.f('ix_proposal_to_id'))
        batch_op.drop_index('ix_proposal_of_pair')
        batch_op.drop_index(batch_op.f('ix_proposal_expo_id'))
        batch_op.drop_index(batch_op.f('ix_proposal_by_id'))

    op.drop_table('proposal')
    with op.batch_alter_table('agreed', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agreed_expo_id'))

    op.drop_table('agreed')
    op.drop_table('potential')
    op.drop_table('match_report')
    op.drop_table('hs_line')
    with op.batch_alter_table('feedback', schema=None) as batch_op:
        batch_op.drop_index('ix_feedback_of_expo')

    op.drop_table('feedback')
    with op.batch_alter_table('model_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_model_version_used_since'))

    op.drop_table('model_version')
    with op.batch_alter_table('hs_version', schema=None) as batch_op:
        batch_op.drop_index('uq_hs_version_current', sqlite_where=sa.text("state = 'current'"), postgresql_where=sa.text("state = 'current'"))

    op.drop_table('hs_version')
