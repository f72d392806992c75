"""One mail a day or week: what counts now that did not count when a recipient was told last."""

from lantoa.notify.digest.content import Digest, digest_for
from lantoa.notify.digest.message import message
from lantoa.notify.digest.sending import due, send_due

__all__ = ["Digest", "digest_for", "due", "message", "send_due"]
