"""One broker for several data folders: a test's own folder is lent the account of the broker that others share."""

from shutil import copyfile

from config.settings import Settings
from models.kafka_options import embedded_account


def lend_account(owner: Settings, borrower: Settings) -> None:
    """`owner` are the settings with which the broker was started; clients with the borrower's find it then."""
    account = embedded_account(borrower)
    account.parent.mkdir(parents=True, exist_ok=True)
    copyfile(embedded_account(owner), account)
