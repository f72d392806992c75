"""The least work of a keyword matcher: a case-insensitive RE2 search for the key words, and nothing else.

It reads lists of UTF-8 texts (a JSON object of names and lists) from a file, and prints the best rate of each in
MB/s.
"""

import json
import sys
import time
from pathlib import Path

import re2

KEY_WORDS = "(?i)ngh[ịi] quy[ếe]t|nq|/t[wư]|ch[ỉi] th[ịi]|kết luận số|quy định số"
ROUNDS = 7


def main() -> None:
    pattern = re2.compile(KEY_WORDS.encode())
    rates = {}
    for name, texts in json.loads(Path(sys.argv[1]).read_text("utf-8")).items():
        encoded = [text.encode() for text in texts]
        best = min(_seconds(pattern, encoded) for _ in range(ROUNDS))
        rates[name] = sum(map(len, encoded)) / 1e6 / best
    print(json.dumps(rates))


def _seconds(pattern: object, texts: list[bytes]) -> float:
    began = time.process_time()
    for text in texts:
        pattern.search(text)  # type: ignore[attr-defined]
    return time.process_time() - began


if __name__ == "__main__":
    main()
