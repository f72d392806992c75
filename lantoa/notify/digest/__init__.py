"""One mail a day or week with what counts now and did not count at the recipient's last digest."""

from lantoa.notify.digest.digest_content import Digest, digest_for
from lantoa.notify.digest.message import message
from lantoa.notify.digest.sending import due, send_due

__all__ = ["Digest", "digest_for", "due", "message", "send_due"]
