#!/bin/sh
# Creates .venv and installs exactly what requirements.lock names. Needs Python 3.11 or newer; nothing else, no root.
set -eu
python=${PYTHON:-python3}
say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

command -v "$python" >/dev/null 2>&1 || fail "no $python here. Install Python 3.11 or newer, or name one: make PYTHON=python3.12 setup"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
  || fail "$("$python" --version) is too old. Name a newer one: make PYTHON=python3.12 setup"
say "creating .venv with $("$python" --version)"
rm -rf .venv
"$python" -m venv .venv || fail "python -m venv failed. On Debian and Ubuntu: apt install python3-venv"
say "installing uv"
.venv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9' || fail "no package index can be reached"
say "installing the packages of requirements.lock (about 160 MB the first time)"
.venv/bin/uv pip install --quiet --python .venv/bin/python --compile-bytecode --require-hashes -r requirements.lock
.venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
.venv/bin/python -m compileall -q producers stream_apps models config lantoa
touch .venv/.ready
say "done: .venv/bin/lantoa"
