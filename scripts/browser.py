"""The browser that the tests drive: an installed Chromium or Chrome, else one from the system's packages or Playwright.

As a program it installs one where there is none; the tests import `find`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = "/Applications/{0}.app/Contents/MacOS/{0}"


def find() -> str | None:
    """Path of an installed browser that runs (MLWORKBENCH_CHROMIUM first), else Playwright's own, else None."""
    candidates = [os.environ.get("MLWORKBENCH_CHROMIUM"), *map(shutil.which, NAMES)]
    candidates += [MAC.format(name) for name in ("Chromium", "Google Chrome")]
    return next((path for path in candidates if path and _runs(path)), None) or _playwrights_own()


def _runs(path: str) -> bool:
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Install a browser: as root on Debian and Ubuntu by apt-get, else by Playwright."""
    root = os.geteuid() == 0
    if root and shutil.which("apt-get"):
        print("Installing Chromium with apt-get ...", flush=True)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-qq", "-y", "chromium"]):
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
        if find():
            return
    print("Installing Chromium with Playwright ...", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


if __name__ == "__main__":
    if not find():
        install()
    found = find()
    if not found:
        sys.exit("The browser tests need Chromium or Chrome. Install one, or set MLWORKBENCH_CHROMIUM to its path.")
    print(f"Browser: {found}")
