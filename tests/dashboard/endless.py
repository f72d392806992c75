"""A text that hangs the process that reads it: in the place of what reads, in that process."""

import time

from lantoa.commands import limited_rules

TITLE = "Một văn bản không bao giờ đọc xong"
_read = limited_rules._read


def endless(key, packed, piece):
    while piece["title"] == TITLE:
        time.sleep(1)
    return _read(key, packed, piece)
