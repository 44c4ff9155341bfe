"""Pages in a real browser: a headless Chromium of this machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
UNNAMED = """[...document.querySelectorAll('select,input,button')]
  .filter((node) => !(node.labels?.length || node.textContent.trim())).length"""
CONTRASTS = """() => {
  const parse = (text) => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const light = (text) => parse(text).map((v) => v / 255)
    .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => { while (node) { const c = getComputedStyle(node).backgroundColor;
    if (c !== 'rgba(0, 0, 0, 0)') return c; node = node.parentElement; } return 'rgb(255, 255, 255)'; };
  return [...document.querySelectorAll('h1,h2,h3,dt,dd,label,strong,p,th,td,button')].map((node) => {
    const [a, b] = [light(getComputedStyle(node).color), light(ground(node))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05); });
}"""

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on PATH; `apt-get install chromium` lets the browser tests run"
)


@contextmanager
def opened(file: Path, **context: Any) -> Iterator[tuple[Any, list[str]]]:
    """The page in a headless Chromium of this machine, and whatever its console or its network complains about.

    The browser's loop lives only inside the block: the command line has its own loop.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(**context).new_page()
        complaints: list[str] = []

        def listen(message: Any) -> None:
            if message.type in {"error", "warning"}:
                complaints.append(message.text)

        def watch(request: Any) -> None:
            if not request.url.startswith(("file:", "data:")):
                complaints.append(request.url)

        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", watch)
        page.goto(file.as_uri())
        yield page, complaints
        browser.close()
