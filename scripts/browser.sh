#!/bin/sh
# Chromium for the tests of the pages: the one that is there, else Debian's package.
set -eu
for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
  if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium for the tests of the pages …"
  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-core >/dev/null
  exit 0
fi
echo "The tests of the pages need Chromium or Chrome: install one, or name it in CHROMIUM=/path/to/chrome." >&2
exit 1
