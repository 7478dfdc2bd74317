"""the matches of a demand are found by demand and expo, as those of a product are

Revision ID: 202611301231
Revises: 202611301200
Create Date: 2026-11-30 12:31:00

"""
from typing import Sequence, Union

from alembic import op


# revision identifiers, used by Alembic.
revision: str = '202611301231'
down_revision: Union[str, Sequence[str], None] = '202611301200'
branch_labels: Union[str, Sequence[str], None] = ()
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    with op.batch_alter_table('recommendation', schema=None) as batch_op:
        batch_op.drop_index('ix_recommendation_of_demand')
        batch_op.create_index('ix_recommendation_of_demand', ['demand_id', 'expo_id', 'order_buyer'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('recommendation', schema=None) as batch_op:
        batch_op.drop_index('ix_recommendation_of_demand')
        batch_op.create_index('ix_recommendation_of_demand', ['demand_id', 'order_buyer'], unique=False)
