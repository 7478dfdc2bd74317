"""scheduler and floor

Revision ID: 202611240300
Revises: 202611240000
Create Date: 2026-11-24 03:00:00.221745

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '202611240300'
down_revision: Union[str, Sequence[str], None] = '202611240000'
branch_labels: Union[str, Sequence[str], None] = ()
depends_on: Union[str, Sequence[str], None] = None


def as_json(text: str) -> str:
    """Return an SQL expression of JSON text as the database's JSON."""
    return f"({text})::json" if op.get_bind().dialect.name == "postgresql" else text


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table('floor_state',
    sa.Column('expo_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['expo_id'], ['expo.id'], name=op.f('fk_floor_state_expo_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_floor_state')),
    sa.UniqueConstraint('expo_id', name=op.f('uq_floor_state_expo_id'))
    )
    op.create_table('schedule_lock',
    sa.Column('expo_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('ref', sa.String(length=20), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['expo_id'], ['expo.id'], name=op.f('fk_schedule_lock_expo_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_schedule_lock')),
    sa.UniqueConstraint('expo_id', 'kind', 'ref', name=op.f('uq_schedule_lock_expo_id_kind_ref'))
    )
    op.create_table('wish',
    sa.Column('expo_id', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('value', sa.String(length=8), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_wish_company_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['expo_id'], ['expo.id'], name=op.f('fk_wish_expo_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['other_id'], ['company.id'], name=op.f('fk_wish_other_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wish')),
    sa.UniqueConstraint('expo_id', 'company_id', 'other_id', name=op.f('uq_wish_expo_id_company_id_other_id'))
    )
    with op.batch_alter_table('wish', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_wish_other_id'), ['other_id'], unique=False)

    op.create_table('hall_walk',
    sa.Column('a_id', sa.Integer(), nullable=False),
    sa.Column('b_id', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('slots', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['a_id'], ['hall.id'], name=op.f('fk_hall_walk_a_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['b_id'], ['hall.id'], name=op.f('fk_hall_walk_b_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hall_walk')),
    sa.UniqueConstraint('a_id', 'b_id', name=op.f('uq_hall_walk_a_id_b_id'))
    )
    with op.batch_alter_table('hall_walk', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hall_walk_b_id'), ['b_id'], unique=False)

    op.create_table('interpreter_absence',
    sa.Column('interpreter_id', sa.Integer(), nullable=False),
    sa.Column('slot_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['interpreter_id'], ['interpreter.id'], name=op.f('fk_interpreter_absence_interpreter_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['slot_id'], ['slot.id'], name=op.f('fk_interpreter_absence_slot_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interpreter_absence')),
    sa.UniqueConstraint('interpreter_id', 'slot_id', name=op.f('uq_interpreter_absence_interpreter_id_slot_id'))
    )
    with op.batch_alter_table('interpreter_absence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_interpreter_absence_slot_id'), ['slot_id'], unique=False)

    op.create_table('mission',
    sa.Column('expo_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('leader_id', sa.Integer(), nullable=True),
    sa.Column('hall_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['expo_id'], ['expo.id'], name=op.f('fk_mission_expo_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['hall_id'], ['hall.id'], name=op.f('fk_mission_hall_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['leader_id'], ['user.id'], name=op.f('fk_mission_leader_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mission')),
    sa.UniqueConstraint('expo_id', 'name', name=op.f('uq_mission_expo_id_name'))
    )
    op.create_table('plan_edit',
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('cards', sa.JSON(), nullable=False),
    sa.Column('undone', sa.Boolean(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_plan_edit_plan_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_edit')),
    sa.UniqueConstraint('plan_id', 'number', name=op.f('uq_plan_edit_plan_id_number'))
    )
    op.create_table('wall',
    sa.Column('hall_id', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['hall.id'], name=op.f('fk_wall_hall_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wall')),
    sa.UniqueConstraint('hall_id', name=op.f('uq_wall_hall_id')),
    sa.UniqueConstraint('token', name=op.f('uq_wall_token'))
    )
    op.create_table('mission_slot',
    sa.Column('mission_id', sa.Integer(), nullable=False),
    sa.Column('slot_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['mission_id'], ['mission.id'], name=op.f('fk_mission_slot_mission_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['slot_id'], ['slot.id'], name=op.f('fk_mission_slot_slot_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mission_slot')),
    sa.UniqueConstraint('mission_id', 'slot_id', name=op.f('uq_mission_slot_mission_id_slot_id'))
    )
    with op.batch_alter_table('mission_slot', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mission_slot_slot_id'), ['slot_id'], unique=False)

    op.create_table('appeal',
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.String(length=500), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_appeal_company_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_appeal_meeting_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appeal')),
    sa.UniqueConstraint('meeting_id', 'company_id', name=op.f('uq_appeal_meeting_id_company_id'))
    )
    with op.batch_alter_table('appeal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_appeal_company_id'), ['company_id'], unique=False)

    op.create_table('move',
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('from_slot_id', sa.Integer(), nullable=True),
    sa.Column('slot_id', sa.Integer(), nullable=False),
    sa.Column('table_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['asked_by_id'], ['company.id'], name=op.f('fk_move_asked_by_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['from_slot_id'], ['slot.id'], name=op.f('fk_move_from_slot_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_move_meeting_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['slot_id'], ['slot.id'], name=op.f('fk_move_slot_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['table_id'], ['negotiation_table.id'], name=op.f('fk_move_table_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_move'))
    )
    with op.batch_alter_table('move', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_move_asked_by_id'), ['asked_by_id'], unique=False)
        batch_op.create_index('uq_move_open', ['meeting_id'], unique=True, sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"))

    op.create_table('presence',
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('side', sa.String(length=12), nullable=False),
    sa.Column('late_minutes', sa.Integer(), nullable=True),
    sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('how', sa.String(length=8), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_presence_meeting_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_presence')),
    sa.UniqueConstraint('meeting_id', 'side', name=op.f('uq_presence_meeting_id_side'))
    )
    op.create_table('refill',
    sa.Column('expo_id', sa.Integer(), nullable=False),
    sa.Column('slot_id', sa.Integer(), nullable=False),
    sa.Column('table_id', sa.Integer(), nullable=True),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('instead_of_id', sa.Integer(), nullable=True),
    sa.Column('interpreter_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('exhibitor_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('buyer_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refused_by', sa.String(length=10), nullable=False),
    sa.Column('offered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('offered_by_id', sa.Integer(), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['expo_id'], ['expo.id'], name=op.f('fk_refill_expo_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['instead_of_id'], ['meeting.id'], name=op.f('fk_refill_instead_of_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['interpreter_id'], ['interpreter.id'], name=op.f('fk_refill_interpreter_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_refill_meeting_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['slot_id'], ['slot.id'], name=op.f('fk_refill_slot_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['table_id'], ['negotiation_table.id'], name=op.f('fk_refill_table_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refill'))
    )
    with op.batch_alter_table('refill', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_refill_expo_id'), ['expo_id'], unique=False)
        batch_op.create_index('uq_refill_meeting', ['meeting_id'], unique=True, sqlite_where=sa.text("state = 'offered'"), postgresql_where=sa.text("state = 'offered'"))
        batch_op.create_index('uq_refill_open', ['slot_id', 'table_id'], unique=True, sqlite_where=sa.text("state = 'offered'"), postgresql_where=sa.text("state = 'offered'"))

    op.create_table('round',
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_round_meeting_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round')),
    sa.UniqueConstraint('meeting_id', name=op.f('uq_round_meeting_id'))
    )
    with op.batch_alter_table('calendar_event', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_calendar_event_person_id_meeting_id'), type_='unique')
        batch_op.drop_constraint(batch_op.f('fk_calendar_event_person_id'), type_='foreignkey')
        batch_op.alter_column('person_id', new_column_name='ref_id', existing_type=sa.Integer(), existing_nullable=False)
        batch_op.add_column(sa.Column('kind', sa.String(length=12), nullable=False, server_default='person'))
    with op.batch_alter_table('calendar_event', schema=None) as batch_op:
        batch_op.alter_column('kind', server_default=None)
        batch_op.create_unique_constraint(batch_op.f('uq_calendar_event_kind_ref_id_meeting_id'), ['kind', 'ref_id', 'meeting_id'])


    with op.batch_alter_table('calendar_feed', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_calendar_feed_person_id'), type_='unique')
        batch_op.drop_constraint(batch_op.f('fk_calendar_feed_person_id'), type_='foreignkey')
        batch_op.alter_column('person_id', new_column_name='ref_id', existing_type=sa.Integer(), existing_nullable=False)
        batch_op.add_column(sa.Column('kind', sa.String(length=12), nullable=False, server_default='person'))
    with op.batch_alter_table('calendar_feed', schema=None) as batch_op:
        batch_op.alter_column('kind', server_default=None)
        batch_op.create_unique_constraint(batch_op.f('uq_calendar_feed_kind_ref_id'), ['kind', 'ref_id'])


    with op.batch_alter_table('expo', schema=None) as batch_op:
        batch_op.add_column(sa.Column('min_meetings', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('late_minutes', sa.Integer(), nullable=False, server_default='2'))
        batch_op.add_column(sa.Column('missing_minutes', sa.Integer(), nullable=False, server_default='9'))

    with op.batch_alter_table('interpreter', schema=None) as batch_op:
        batch_op.add_column(sa.Column('languages', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('phone', sa.String(length=40), nullable=False, server_default=''))
    op.execute("UPDATE interpreter SET languages = " + as_json("'[\"' || language || '\"]'"))
    with op.batch_alter_table('interpreter', schema=None) as batch_op:
        batch_op.alter_column('languages', server_default=None)
        batch_op.alter_column('phone', server_default=None)
        batch_op.drop_column('language')


    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.add_column(sa.Column('exhibitor_owner_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('buyer_owner_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_meeting_exhibitor_owner_id'), 'person', ['exhibitor_owner_id'], ['id'], ondelete='SET NULL')
        batch_op.create_foreign_key(batch_op.f('fk_meeting_buyer_owner_id'), 'person', ['buyer_owner_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('meeting_outcome', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rating', sa.Integer(), nullable=True))

    with op.batch_alter_table('participation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('min_meetings', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('rest_slots', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('standby', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column('mission_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_participation_mission_id'), ['mission_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_participation_mission_id'), 'mission', ['mission_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('plan', schema=None) as batch_op:
        batch_op.add_column(sa.Column('origin', sa.String(length=10), nullable=False, server_default='hand'))
        batch_op.add_column(sa.Column('parent_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('options', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.alter_column('note',
               existing_type=sa.VARCHAR(length=300),
               type_=sa.String(length=2000),
               existing_nullable=False)
        batch_op.create_foreign_key(batch_op.f('fk_plan_parent_id'), 'plan', ['parent_id'], ['id'], ondelete='SET NULL')

    for table, columns in (('expo', ('min_meetings', 'late_minutes', 'missing_minutes')), ('participation', ('rest_slots', 'standby')), ('plan', ('origin', 'options'))):  # the defaults were for the rows that were there
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.alter_column(column, server_default=None)


def downgrade() -> None:
    """Downgrade schema."""
    with op.batch_alter_table('plan', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_plan_parent_id'), type_='foreignkey')
        batch_op.alter_column('note',
               existing_type=sa.String(length=2000),
               type_=sa.VARCHAR(length=300),
               existing_nullable=False)
        batch_op.drop_column('options')
        batch_op.drop_column('parent_id')
        batch_op.drop_column('origin')

    with op.batch_alter_table('participation', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_participation_mission_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_participation_mission_id'))
        batch_op.drop_column('mission_id')
        batch_op.drop_column('standby')
        batch_op.drop_column('rest_slots')
        batch_op.drop_column('min_meetings')

    with op.batch_alter_table('meeting_outcome', schema=None) as batch_op:
        batch_op.drop_column('rating')

    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_meeting_buyer_owner_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_meeting_exhibitor_owner_id'), type_='foreignkey')
        batch_op.drop_column('buyer_owner_id')
        batch_op.drop_column('exhibitor_owner_id')

    with op.batch_alter_table('interpreter', schema=None) as batch_op:
        batch_op.add_column(sa.Column('language', sa.String(length=8), nullable=False, server_default='en'))
    first = "languages->>0" if op.get_bind().dialect.name == "postgresql" else "json_extract(languages, '$[0]')"
    op.execute(f"UPDATE interpreter SET language = {first}")
    with op.batch_alter_table('interpreter', schema=None) as batch_op:
        batch_op.alter_column('language', server_default=None)
        batch_op.drop_column('phone')
        batch_op.drop_column('languages')


    with op.batch_alter_table('expo', schema=None) as batch_op:
        batch_op.drop_column('missing_minutes')
        batch_op.drop_column('late_minutes')
        batch_op.drop_column('min_meetings')

    op.execute("DELETE FROM calendar_feed WHERE kind <> 'person'")
    with op.batch_alter_table('calendar_feed', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_calendar_feed_kind_ref_id'), type_='unique')
        batch_op.drop_column('kind')
        batch_op.alter_column('ref_id', new_column_name='person_id', existing_type=sa.Integer(), existing_nullable=False)
    with op.batch_alter_table('calendar_feed', schema=None) as batch_op:
        batch_op.create_foreign_key(batch_op.f('fk_calendar_feed_person_id'), 'person', ['person_id'], ['id'], ondelete='CASCADE')
        batch_op.create_unique_constraint(batch_op.f('uq_calendar_feed_person_id'), ['person_id'])


    op.execute("DELETE FROM calendar_event WHERE kind <> 'person'")
    with op.batch_alter_table('calendar_event', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_calendar_event_kind_ref_id_meeting_id'), type_='unique')
        batch_op.drop_column('kind')
        batch_op.alter_column('ref_id', new_column_name='person_id', existing_type=sa.Integer(), existing_nullable=False)
    with op.batch_alter_table('calendar_event', schema=None) as batch_op:
        batch_op.create_foreign_key(batch_op.f('fk_calendar_event_person_id'), 'person', ['person_id'], ['id'], ondelete='CASCADE')
        batch_op.create_unique_constraint(batch_op.f('uq_calendar_event_person_id_meeting_id'), ['person_id', 'meeting_id'])


    op.drop_table('round')
    with op.batch_alter_table('refill', schema=None) as batch_op:
        batch_op.drop_index('uq_refill_open', sqlite_where=sa.text("state = 'offered'"), postgresql_where=sa.text("state = 'offered'"))
        batch_op.drop_index('uq_refill_meeting', sqlite_where=sa.text("state = 'offered'"), postgresql_where=sa.text("state = 'offered'"))
        batch_op.drop_index(batch_op.f('ix_refill_expo_id'))

    op.drop_table('refill')
    op.drop_table('presence')
    with op.batch_alter_table('move', schema=None) as batch_op:
        batch_op.drop_index('uq_move_open', sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"))
        batch_op.drop_index(batch_op.f('ix_move_asked_by_id'))

    op.drop_table('move')
    with op.batch_alter_table('appeal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_appeal_company_id'))

    op.drop_table('appeal')
    with op.batch_alter_table('mission_slot', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mission_slot_slot_id'))

    op.drop_table('mission_slot')
    op.drop_table('wall')
    op.drop_table('plan_edit')
    op.drop_table('mission')
    with op.batch_alter_table('interpreter_absence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_interpreter_absence_slot_id'))

    op.drop_table('interpreter_absence')
    with op.batch_alter_table('hall_walk', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_hall_walk_b_id'))

    op.drop_table('hall_walk')
    with op.batch_alter_table('wish', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_wish_other_id'))

    op.drop_table('wish')
    op.drop_table('schedule_lock')
    op.drop_table('floor_state')
