"""A real Chromium before the demo province, which runs whole: broker, worker, dashboard."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from config.settings import load_settings
from tests.browser.starting import PATIENCE, Address, laptop, working

expect.set_options(timeout=PATIENCE * 1000)  # of every page: what is shown late on two busy cores is shown
NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="package")
def address(kept_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """Of the dashboard that `lantoa up` starts."""
    folder = tmp_path_factory.mktemp("browser") / "province"
    shutil.copytree(kept_demo, folder)
    settings = load_settings(
        programme=folder / "programme", data_dir=folder, kafka_bootstrap_servers="", port=0
    )
    with working(settings, folder.with_suffix(".log")) as found:
        yield found


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.fail("no Chromium is installed; `make browser` installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, address: Address) -> Iterator[Page]:
    with laptop(chromium, address) as page:
        yield page
