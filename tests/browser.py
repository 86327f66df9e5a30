"""A headless Chromium, driven through its DevTools protocol: pages, scripts, keys, screenshots."""

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import websocket

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0",
)  # fmt: skip


def program() -> str | None:
    """Return the path of Chromium, None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Page:
    """One page of a running browser."""

    def __init__(self, address: str) -> None:
        self._socket = websocket.create_connection(address, timeout=60, suppress_origin=True)
        self._count = 0

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Make one call of the protocol. Raises RuntimeError where the browser refuses it."""
        self._count += 1
        self._socket.send(json.dumps({"id": self._count, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == self._count:
                break
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def run(self, script: str) -> Any:
        """Evaluate a script, waiting for a promise; return its value. Raises RuntimeError for what it throws."""
        found = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in found:
            raise RuntimeError(found["exceptionDetails"].get("exception", {}).get("description", "a script failed"))
        return found["result"].get("value")

    def until(self, script: str, seconds: float = 60.0) -> Any:
        """Evaluate a script again and again until its value is true; return that. Raises TimeoutError."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            value = self.run(script)
            if value:
                return value
            time.sleep(0.2)
        raise TimeoutError(script)

    def press(self, key: str, code: int, modifiers: int = 0) -> None:
        """Press and release a key; modifiers are 2 for control, 8 for shift."""
        named = {"key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": modifiers}
        self.call("Input.dispatchKeyEvent", type="keyDown", **named, text="\r" if key == "Enter" else "")
        self.call("Input.dispatchKeyEvent", type="keyUp", **named)

    def type(self, text: str) -> None:
        """Insert text where the cursor is, as from a keyboard's input method."""
        self.call("Input.insertText", text=text)

    def screenshot(self, path: Path) -> None:
        """Write what can be seen as a PNG."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def close(self) -> None:
        """Leave the page."""
        self._socket.close()


@contextmanager
def page(folder: Path, *, width: int = 1200, height: int = 1000) -> Iterator[Page]:
    """Start a browser with a profile in `folder` and open an empty page; stop it in the end."""
    found = program()
    assert found is not None
    profile = folder / "profile"
    command = [found, *FLAGS, f"--user-data-dir={profile}", f"--window-size={width},{height}", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        port = _read(profile / "DevToolsActivePort").split()[0]
        with urlopen(f"http://127.0.0.1:{port}/json/list", timeout=30) as answer:
            (target,) = [t for t in json.load(answer) if t["type"] == "page"]
        opened = Page(target["webSocketDebuggerUrl"])
        try:
            yield opened
        finally:
            opened.close()
    finally:
        os.killpg(process.pid, 9)
        process.wait()


def _read(path: Path, seconds: float = 30.0) -> str:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if path.is_file() and (text := path.read_text()):
            return text
        time.sleep(0.1)
    raise TimeoutError(str(path))
