"""Writes jars.toml: `python -m lantoa.broker.pin_jars`, after a change of ENDPOINT and before pin_classes.

This is a tool for developers and needs the network.
"""

import sys
import tempfile
from pathlib import Path

import jgo
from jgo.maven import MavenContext

from lantoa.broker.manifest import MANIFEST, sha256_of

ENDPOINT = "org.apache.kafka:kafka_2.13:4.3.1+org.slf4j:slf4j-simple:1.7.36"  # without slf4j-simple nothing is logged
HEADER = """\
# Every jar of the embedded Kafka with its SHA-256, as resolved from
#   {endpoint}
# Written by `python -m lantoa.broker.pin_jars`; do not edit by hand.
[sha256]
"""


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        context = MavenContext(repo_cache=Path(folder))
        lines = []
        for found in jgo.resolve(ENDPOINT):
            project = context.project(found.groupId, found.artifactId)
            file = project.at_version(found.version).artifact().resolve()
            lines.append(f'"{found.groupId}:{found.artifactId}:{found.version}" = "{sha256_of(file)}"\n')
    MANIFEST.write_text(HEADER.format(endpoint=ENDPOINT) + "".join(sorted(lines)))
    sys.stderr.write(f"{len(lines)} jars in {MANIFEST}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
