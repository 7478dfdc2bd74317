"""product cards: statements about each gate into the market, class, roads

Revision ID: 202611301145
Revises: 202611301140
Create Date: 2026-11-30 11:45:00

"""
from typing import Any, Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '202611301145'
down_revision: Union[str, Sequence[str], None] = '202611301140'
branch_labels: Union[str, Sequence[str], None] = ()
depends_on: Union[str, Sequence[str], None] = None

product = sa.table('product', sa.column('id', sa.Integer), sa.column('entry', sa.JSON))
READY = {'ready', 'held', 'yes', 'done', '有', '已有', '是', '已完成'}


def upgrade() -> None:
    """Upgrade schema. What was said in one line is kept: as a number where it can be one, as a state where it is one, else as a remark."""
    with op.batch_alter_table('product') as table:
        table.add_column(sa.Column('entry_class', sa.String(length=30), server_default='', nullable=False))
        table.add_column(sa.Column('entry_audience', sa.String(length=10), server_default='matched', nullable=False))
        table.add_column(sa.Column('roads', sa.JSON(), server_default='[]', nullable=False))
    _rewrite(lambda said: said if isinstance(said, dict) else _statement(str(said)))


def downgrade() -> None:
    """Downgrade schema. A number, else a remark, else the state is what one line can hold."""
    _rewrite(lambda said: (said.get('number') or said.get('note') or said.get('state', '')) if isinstance(said, dict) else said)
    with op.batch_alter_table('product') as table:
        table.drop_column('roads')
        table.drop_column('entry_audience')
        table.drop_column('entry_class')


def _rewrite(change: Any) -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(product.c.id, product.c.entry)).all():
        if row.entry:
            entry = {gate: change(said) for gate, said in row.entry.items()}
            connection.execute(product.update().where(product.c.id == row.id).values(entry={gate: said for gate, said in entry.items() if said}))


def _statement(text: str) -> dict[str, str]:
    text = text.strip()
    if text.casefold() in READY:
        return {'state': 'held'}
    if any(char.isdigit() for char in text) and not any(char.isspace() for char in text) and len(text) <= 80:
        return {'number': text}
    return {'note': text} if text else {}
