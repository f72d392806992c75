import random
from hashlib import sha256
from itertools import takewhile

import pytest

from models.counting.stories.sketch import BANDS, ROWS, buckets, sketched
from models.counting.stories.wording import shingles, syllables

MEETING = (0.8**ROWS, 1 - 0.8**ROWS)  # that a band is shared at J = 0.8, and that it is not
SENTENCE = """Ban Thường vụ Tỉnh ủy Hậu Giang ban hành kế hoạch thực hiện Nghị quyết số 18-NQ/TW về tiếp tục đổi mới, sắp xếp
tổ chức bộ máy của hệ thống chính trị tinh gọn, hoạt động hiệu lực, hiệu quả"""


def test_one_pair_in_a_thousand_million_is_missed_at_most():
    assert MEETING[1] ** BANDS < 1e-9


def test_sketches_are_those_that_databases_keep():
    """When this fails, a migration must fill story_wording and story_bucket anew before the new sketches are used."""
    packed = sketched(shingles("hau-giang", syllables("", SENTENCE)))
    assert sha256(packed).hexdigest()[:16] == "7ac0cb896ed605fe"


@pytest.mark.parametrize(
    ("shared", "own"), [(24, 3), (80, 10), (400, 50)]
)  # J = 0.8 between sets of 27, 90 and 450
def test_pairs_at_the_threshold_miss_bands_no_oftener_than_the_formula_says(shared, own):
    """What 30 bands miss cannot be seen; what the first one to six miss can, and each more must divide it likewise."""
    chance, pairs = random.Random(shared), 4000
    missed = [_missed(chance, shared, own) for _ in range(pairs)]
    for bands in range(1, 7):
        expected = pairs * MEETING[1] ** bands
        assert sum(first >= bands for first in missed) < expected + 4 * expected**0.5


def _missed(chance: random.Random, shared: int, own: int) -> int:
    """How many bands, from the first one on, an alike pair has apart."""
    names = [f"{chance.getrandbits(64):x}" for _ in range(shared + 2 * own)]
    one, other = names[: shared + own], names[:shared] + names[shared + own :]
    both = zip(*(buckets(sketched(frozenset(said))) for said in (one, other)), strict=True)
    return sum(1 for _ in takewhile(lambda pair: pair[0] != pair[1], both))
