"""A real Chromium, and the screens at which pages are looked at."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

# Chromium asks for nothing but our pages, and needs no rights of its own.
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give the Chromium of this machine; fail where it has none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "these tests need Chromium: install the package chromium"
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()


def has_no_sideways(page: Page) -> bool:
    """Say whether nothing of a page is wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
