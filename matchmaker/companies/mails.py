"""Mails about companies."""

from flask_babel import gettext as _

from ..accounts import mails
from ..accounts.models import User
from ..i18n import reading_in
from .models import Company


def invitation(company: Company, email: str, token: str, inviter: User, language: str) -> None:
    """Invite somebody to join ``company``; in the inviter's language, since the receiver's is not known."""
    with reading_in(language):
        text = _("%(name)s invites you to join %(company)s, to prepare and hold meetings at China's import expos.",
                 name=inviter.name, company=company.display_name)
        how = _("The link works once, for 14 days. If you have no account yet, create one with this address first.")
        subject = _("Join %(company)s", company=company.display_name)
        mails.send(email, language, subject, [text, how], _("See the invitation"), f"/invite/{token}")
