"""Texts made of the rules' own words, and how long the rules take for each: run as a process, so that a text for which
they never end fails a test instead of hanging it."""

import random
import re
import sys
import time

from config.catalogue import load_catalogue
from config.form_markers import load_forms
from config.programme import PressOffice
from stream_apps.rules import (
    bodies,
    grammar,
    issuers,
    named,
    reference_finder,
    stated_times,
    surroundings,
    symbols,
)
from stream_apps.rules.form import FormRule
from stream_apps.rules.link import Linker
from stream_apps.rules.scope import ScopeRule
from stream_apps.rules.text import without_marks

MODULES = (bodies, surroundings, grammar, issuers, named, reference_finder, stated_times, symbols)
KEY_WORDS = (
    "nghị quyết",
    "Nghị quyết số",
    "nq",
    "chỉ thị số",
    "kết luận số",
    "quy định số",
    "18-NQ/TW",
    "NQ/TW",
)
NUMBERS = ("1", "18", "19", "29", "XIII", "xiii", "2021", "15/3/2024", "150", "9999", "66.7/2025", "năm 2024")
SIGNS = (
    " ", "  ", "\n", "\u00a0", ",", ";", ".", "-", "–", "/", "(", ")", "((((", "))))", '"', "“", "”", ":", "&", "%", "\u0301", "\u0323", "…",
)  # fmt: skip
GLUE = ("và", "cùng", "cùng với", "với", "hay", "hoặc", "các", "của", "về", "do", "từ", "đến")
MARKUP = re.compile(r"\(\?[:=!P<][^)|]*>?|\\.|\[[^\]]*\]|\{[^}]*\}|[()?*+|^$.]")


def words():
    """Every word that stands in a pattern of the rules or in the catalogue."""
    patterns = [
        value
        for module in MODULES
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str)
    ]
    catalogue = load_catalogue()
    titles = [d.title for d in catalogue.documents.values()]
    topics = [t for d in catalogue.documents.values() for t in (*d.topics, *d.hints, *d.aliases)]
    found = {" ".join(part.split()) for each in patterns for part in MARKUP.sub("|", each).split("|")}
    return sorted(filter(None, found | {*topics, *titles}))


def text(chance, vocabulary, size):
    """A few pieces, repeated or in any order: what repeats is what makes a pattern go back and forth."""
    few = [
        chance.choice(chance.choice((vocabulary, KEY_WORDS, NUMBERS, SIGNS, GLUE)))
        for _ in range(chance.randint(1, 8))
    ]
    joined = chance.choice((" ", "", ", ", "\n", "  "))
    if chance.random() < 0.5:
        unit = joined.join([chance.choice(KEY_WORDS), *few]) + joined
        made = unit * (size // len(unit) + 1)
    else:
        some = [*few, *few, chance.choice(KEY_WORDS), chance.choice(NUMBERS), chance.choice(SIGNS)]
        made = joined.join(chance.choices(some, k=size // 4))
    made = made[:size]
    return without_marks(made) if chance.random() < 0.2 else made


def main(seed, count, size, most_seconds):
    """Prints the slowest text's milliseconds per kilobyte, and the seconds of each of the slowest at one, two and four
    times its length. `most_seconds`: then it ends."""
    chance, vocabulary = random.Random(seed), words()  # nothing secret
    linker, slowest = Linker(load_catalogue()), []
    form = FormRule(load_forms(), 250)
    scope = ScopeRule(
        PressOffice(id="hau-giang", name="Hậu Giang", places=("Hậu Giang", "Vị Thanh", "Ngã Bảy"))
    )
    for _ in range(20):  # patterns are compiled when they are first asked for
        linker.link("", "", text(chance, vocabulary, size))
    ends, made = time.monotonic() + most_seconds, 0
    while made < count:
        made += 1
        one = text(chance, vocabulary, size)
        began = time.process_time()
        linker.link(one[:200], "", one)
        form.classify(None, (), one, None, one)
        scope.places((one,))
        slowest.append(((time.process_time() - began) / len(one.encode()) * 1e6, one))
        if len(slowest) > 200:
            slowest = sorted(slowest, key=lambda each: -each[0])[:5]
        if time.monotonic() > ends:
            break
    slowest = sorted(slowest, key=lambda each: -each[0])[:5]
    sys.stdout.write(f"{made} {slowest[0][0]:.2f} {slowest[0][1][:120]!r}\n")
    for _, one in slowest:
        sys.stdout.write(" ".join(f"{seconds(linker, one * times):.4f}" for times in (4, 8, 16)) + "\n")


def seconds(linker, one):
    """The better of two tries: others use the machine too, and the first may compile a pattern."""
    tries = []
    for _ in range(2):
        began = time.process_time()
        linker.link("", "", one)
        tries.append(time.process_time() - began)
    return min(tries)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
