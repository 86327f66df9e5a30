"""Facts about the self-check in a real JupyterLab: the stub is opened, filled in wrongly and rightly, and looked at.

With AUTOGRADER_SCREENSHOTS set to a folder, what is seen is written there.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from students import BY_COLUMN, DOWN_THE_COLUMNS, RIGHT, STUB, workplace

from tests import chromium

# The cell whose source holds a text, in the notebook that is open.
CELL = "panel.content.widgets.find(c => c.model.sharedModel.getSource().includes(%s))"


@contextmanager
def lab(folder: Path) -> Iterator[str]:
    """Run JupyterLab in the folder `course` of a folder; return the address of its start page."""
    runtime, root = folder / "runtime", folder / "course"
    state = {
        "JUPYTER_RUNTIME_DIR": runtime,
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_DATA_DIR": folder / "jupyter",
    }
    process = subprocess.Popen(
        [
            sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.port=0",
            "--ServerApp.ip=127.0.0.1", "--LabApp.expose_app_in_browser=True", f"--ServerApp.root_dir={root}",
        ],
        cwd=root, env=os.environ | {k: str(v) for k, v in state.items()},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        ends = time.monotonic() + 60
        while not (found := sorted(runtime.glob("jpserver-*.json"))):
            assert time.monotonic() < ends, "JupyterLab did not start"
            time.sleep(0.2)
        server = json.loads(found[0].read_text())
        yield f"{server['url']}lab?token={server['token']}"
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The stub, open in JupyterLab, its set-up cells run."""
    chromium.require()
    folder = tmp_path_factory.mktemp("lab")
    path = workplace(folder / "course", data=True)
    with lab(folder) as address, chromium.opened(folder) as context:
        browser = context.pages[0]
        browser.set_default_timeout(60_000)
        browser.goto(address)
        until(browser, "typeof jupyterapp !== 'undefined' && jupyterapp.restored.then(() => true)")
        place = json.dumps(str(path.relative_to(folder / "course")))
        opening = f"jupyterapp.commands.execute('docmanager:open', {{path: {place}}})"
        browser.evaluate(
            f"{opening}.then(panel => {{ window.panel = panel; return panel.context.ready }}).then(() => true)"
        )
        until(browser, "panel.content.widgets.length > 40")
        until(browser, "panel.sessionContext.session?.kernel?.status === 'idle'")
        news = "[...document.querySelectorAll('.Toastify button')].find(b => b.textContent === 'No')"
        until(browser, f"{news}?.click() ?? true")  # it would lie over what is looked at
        for source in ("from autograder import check", "ctx = mx.cpu()"):
            execute(browser, source)
        yield browser


def until(browser: Page, script: str) -> Any:
    """Evaluate a script again and again until its value is true; return that."""
    return browser.wait_for_function(script, polling=200).json_value()


def execute(browser: Page, source: str) -> str:
    """Run the cell that holds a text, as with Shift-Enter, and return what is seen below it."""
    cell = CELL % json.dumps(source)
    browser.evaluate(
        f"(async () => {{ const notebook = panel.content, cell = {cell};"
        "notebook.activeCellIndex = notebook.widgets.indexOf(cell); await notebook.scrollToCell(cell);"
        "notebook.mode = 'command'; jupyterapp.shell.activateById(panel.id); notebook.activate();"
        "cell.model.sharedModel.execution_count = null; return true; })()"
    )
    browser.keyboard.press("Shift+Enter")
    until(browser, f"{cell}.model.sharedModel.execution_count !== null")
    browser.evaluate(f"panel.content.scrollToCell({cell}).then(() => true)")
    seen: str = browser.evaluate(f"{cell}.outputArea.node.innerText")
    return seen


def fill(browser: Page, name: str, source: str) -> None:
    """Type a function into its cell, in place of what is there, and run it."""
    cell = CELL % json.dumps(f"def {name}(")
    browser.evaluate(
        f"(async () => {{ const notebook = panel.content, cell = {cell};"
        "notebook.activeCellIndex = notebook.widgets.indexOf(cell); await notebook.scrollToCell(cell);"
        "notebook.mode = 'edit'; cell.editor.focus(); const last = cell.editor.lineCount - 1;"
        "cell.editor.setSelection({start: {line: 0, column: 0},"
        "end: {line: last, column: cell.editor.getLine(last).length}}); return true; })()"
    )
    browser.keyboard.insert_text(source)
    until(browser, f"{cell}.model.sharedModel.getSource() === {json.dumps(source)}")
    assert execute(browser, f"def {name}(") == ""


def keep(browser: Page, name: str) -> None:
    """Write a screenshot, where they are wanted."""
    if folder := os.environ.get("AUTOGRADER_SCREENSHOTS"):
        time.sleep(0.5)  # the page is being drawn
        browser.screenshot(path=Path(folder) / f"{name}.png")


def test_a_blank_says_so(opened: Page) -> None:
    """Before anything is filled in, the check says that there is nothing to check yet."""
    assert "there is no softmax yet: run the cell that defines it" in execute(opened, 'check("softmax")')


def test_a_wrong_softmax_shows_its_diagnosis_and_the_case(opened: Page) -> None:
    """Crosses, the mistake by name, and the smallest failing case as tables; red where it differs, in both themes."""
    fill(opened, "softmax", DOWN_THE_COLUMNS)
    seen = execute(opened, 'check("softmax")')
    assert "softmax: 0 of 3 public checks passed" in seen
    assert BY_COLUMN in seen
    assert "The smallest case that fails: softmax(y_linear)" in seen
    output = CELL % json.dumps('check("softmax")') + ".outputArea.node"
    assert opened.evaluate(f"[...{output}.querySelectorAll('.cap')].map(c => c.firstChild.data)") == [
        "y_linear", "yours", "expected", "difference",
    ]  # fmt: skip
    assert opened.evaluate(f"{output}.querySelectorAll('td.off').length") == 6
    colours = []
    for theme in ("Light", "Dark"):
        opened.evaluate(
            f"jupyterapp.commands.execute('apputils:change-theme', {{theme: 'JupyterLab {theme}'}}).then(() => true)"
        )
        until(opened, f"document.body.dataset.jpThemeName === 'JupyterLab {theme}'")
        keep(opened, f"wrong_{theme.lower()}")
        colours.append(opened.evaluate(f"getComputedStyle({output}.querySelector('.head')).color"))
    assert len(set(colours)) == 2  # the text follows the theme


def test_a_right_softmax_shows_ticks(opened: Page) -> None:
    """Filled in rightly, every public check has its tick."""
    fill(opened, "softmax", RIGHT["softmax"])
    seen = execute(opened, 'check("softmax")')
    assert "softmax: every public check passed" in seen
    assert seen.count("✓") == 3
    keep(opened, "right")


def test_training_shows_the_curve_and_the_digits(opened: Page) -> None:
    """With all four functions, the loss is drawn on its band, and misread digits are shown."""
    for name in ("cross_entropy", "SGD", "evaluate_accuracy"):
        fill(opened, name, RIGHT[name])
    seen = execute(opened, 'check("training")')
    assert "training: every public check passed" in seen
    output = CELL % json.dumps('check("training")') + ".outputArea.node"
    assert opened.evaluate(f"{output}.querySelectorAll('svg polyline.yours').length") == 1
    loaded = f"[...{output}.querySelectorAll('img')].filter(i => i.complete && i.naturalWidth === 28).length"
    assert until(opened, f"{loaded} === 8")
    keep(opened, "training_dark")
    opened.evaluate(
        "jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'}).then(() => true)"
    )
    keep(opened, "training_light")


def test_the_stub_is_the_released_one() -> None:
    """What was opened here is what students get."""
    assert 'check("softmax")' in STUB.read_text("utf-8").replace('\\"', '"')
