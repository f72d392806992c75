"""The buckets of a wording in the index: MinHash sketches (rensa), cut into bands (locality-sensitive hashing).

Two texts of similarity J share a band of R values with probability J^R, and none of B bands with (1 − J^R)^B: 4.5e-10
at J = 0.8. Unlike texts meet seldom (J = 0.1: 3 %), and are verified. rensa's values (Fast Similarity Sketching,
arXiv:1704.04370) repel one another, so that fewer pairs are missed than by the formula (tests/models/test_stories_sketch.py).
"""

from collections.abc import Iterator
from struct import Struct
from zlib import crc32

from rensa import RMinHash

from models.counting.stories.wording import Shingles

BANDS, ROWS = 30, 3
SEED = 2024  # with rensa's version and the two above, what a database's sketches are made of
VALUES = Struct(f"<{BANDS * ROWS}I")
BUCKETS = Struct(f"<{BANDS}i")
BAND_BYTES = VALUES.size // BANDS


def sketched(shingles: Shingles) -> bytes:
    """The buckets of a wording, packed: one a band, as 32 bits with a sign.

    Within days of each other there are too few wordings for buckets of so few bits to meet by chance.
    """
    sketch = RMinHash(num_perm=BANDS * ROWS, seed=SEED)
    sketch.update(shingles)
    values = VALUES.pack(*sketch.digest())
    bands = (values[n * BAND_BYTES : (n + 1) * BAND_BYTES] for n in range(BANDS))
    return BUCKETS.pack(*(crc32(band, n) - 2**31 for n, band in enumerate(bands)))


def buckets(packed: bytes) -> Iterator[int]:
    return iter(BUCKETS.unpack(packed))
