"""Makes the pictures of the README: runs `lantoa demo` in a terminal, and photographs the pages that it serves.

`make screenshots` runs it. It needs a Chromium (`make browser`) and a minute or two.
"""

import os
import pty
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
NAMES = ("chromium", "chromium-browser", "google-chrome")
ADDRESS = re.compile(rb"http://127\.0\.0\.1:\d+/\?secret=[\w-]+&period=2024")
SIZE = {"width": 1366, "height": 820}


def main() -> None:
    ours, theirs = pty.openpty()  # without a terminal the demo ends after its figures
    command = [sys.executable, "-m", "lantoa", "demo"]
    demo = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    try:
        take(address_in(ours))
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait()


def address_in(terminal: int) -> str:
    """Shows what the demo prints until it names the address of its dashboard. Raises OSError if it ends before."""
    said = b""
    while (found := ADDRESS.search(said)) is None or not said.endswith(b"\n"):
        part = os.read(terminal, 4096)
        os.write(sys.stdout.fileno(), part)
        said += part
    return found[0].decode()


def take(address: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, locale="vi-VN")
        page.goto(address)
        photograph(page, "overview")
        page.locator("nav a[href^='/items']").click()
        page.locator("main a[href^='/items/']").first.click()
        page.wait_for_url("**/items/*")
        photograph(page, "item")
        page.locator("nav a[href^='/review']").click()
        page.wait_for_url("**/review*")
        photograph(page, "review")
        browser.close()


def photograph(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
