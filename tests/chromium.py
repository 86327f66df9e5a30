"""The machine's own Chromium, headless, as the tests of pages drive it: through Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, sync_playwright

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip
MISSING = "no Chromium on this machine (Debian: apt-get install chromium)"


def program() -> str | None:
    """Return the path of Chromium, None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def require() -> None:
    """Skip, with the reason, where there is no browser; CI has one, or fails."""
    if program() is None:
        (pytest.fail if os.environ.get("AUTOGRADER_CI") else pytest.skip)(MISSING)


@contextmanager
def opened(folder: Path, *, width: int = 1200, height: int = 1000) -> Iterator[BrowserContext]:
    """Start a browser with a new profile in `folder`; stop it in the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            folder / "profile",
            executable_path=program(),
            args=FLAGS,
            viewport={"width": width, "height": height},
        )
        try:
            yield browser
        finally:
            browser.close()
