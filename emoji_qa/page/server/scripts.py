"""The page's scripts: ES modules, served under their paths in the page's folder, and the code that starts a panel's.

Their addresses share one hash of all their content, so that they import each other by relative paths and browsers cache
them forever.
"""

import hashlib
import json
from pathlib import Path

import brotli

from emoji_qa.page.server.rpc import FOLDER
from emoji_qa.page.server.static import BrowserFile, Files

PREFIX = "gradio_api/page"  # where Node is in front of Python, as on Spaces, it forwards what begins with gradio_api
WORKER = "browser/drawing/decoder_worker.js"  # fetched at the first touch of a slider, not before
START = """
const root = new URL(window.gradio_config?.root ?? ".", document.baseURI);
// Behind a proxy Gradio may know less of its address than the browser does.
if (root.hostname === location.hostname) Object.assign(root, { protocol: location.protocol, host: location.host });
const fetched = %s.map((path) => import(new URL(path, `${root.href.replace(/\\/*$/, "")}/`).href));
Promise.all(fetched).then(([{ panelOf }, { mount }]) => {
  mount(panelOf(element, server, props));
  element.dataset.mounted = "";
}).catch((error) => {
  console.error(error);
  const note = document.createElement("p");
  note.setAttribute("role", "alert");
  note.textContent = "This part of the page could not be started. Load the page again.";
  element.append(note);
});
"""


class PageScripts(Files):
    """All .js files below a folder, and the route that serves them. .base: the address below which they lie."""

    def __init__(self, folder: Path = FOLDER):
        sources = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.js"))}
        digest = hashlib.sha256(json.dumps([(name, source.decode()) for name, source in sources.items()]).encode())
        tree = digest.hexdigest()[:16]
        packed = {name: brotli.compress(source, quality=9) for name, source in sources.items()}
        super().__init__(PREFIX, {name: BrowserFile(name, content, True, tree) for name, content in packed.items()})
        self.base = f"{PREFIX}/{tree}"

    def starting(self, script: str) -> str:
        """What Gradio runs when a panel is on the page: it imports the panel's script and calls its `mount`.

        Raises ValueError for a script that is not there.
        """
        if script not in self.addresses:
            raise ValueError(f"There is no script {script} in the page's folder.")
        return START % json.dumps([self.addresses["browser/panel.js"], self.addresses[script]])

    @property
    def preloads(self) -> str:
        """Lines for the page's head: all scripts are fetched at once, beside Gradio's, not import after import."""
        names = [name for name in self.addresses if name != WORKER]
        return "\n".join(
            f'<link rel="modulepreload" fetchpriority="low" href="{self.addresses[name]}">' for name in names
        )


SCRIPTS = PageScripts()
