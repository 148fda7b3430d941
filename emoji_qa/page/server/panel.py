"""A part of the page: one folder with its Python functions, its .html, .css and .js."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from emoji_qa.page.server.rpc import beside, for_browser
from emoji_qa.page.server.scripts import SCRIPTS
from emoji_qa.page.server.static import Files

_SEARCH_BOX = re.compile(r'<search-box id="(.*?)" label="(.*?)" placeholder="(.*?)" button="(.*?)"></search-box>')


@dataclass(frozen=True)
class Panel:
    """What a folder of the page adds to it.

    id: the component's elem_id, which its styles begin with; title: what its tab is called. html, css and script are paths in
    the page's folder. A `<search-box>` in the HTML becomes the form of browser/search_box.html; the script is an ES module that
    exports `mount(panel)`. functions: what the script may call by name, each of one argument, returning a dict. props: what
    Python hands to the script. files: what the script fetches when it needs it.
    """

    id: str
    title: str
    html: str
    css: tuple[str, ...]
    script: str
    functions: tuple[Callable[[object], dict], ...]
    props: Mapping[str, Any] = field(default_factory=dict)
    files: Files | None = None

    def component(self, *classes: str) -> gr.HTML:
        """The panel on the page being built, with these classes."""
        return gr.HTML(
            html_template=with_search_boxes(beside(self.html)),
            js_on_load=SCRIPTS.starting(self.script),
            server_functions=[for_browser(function) for function in self.functions],
            apply_default_css=False,
            elem_id=self.id,
            elem_classes=list(classes),
            **self.props,
        )


def with_search_boxes(html: str) -> str:
    """HTML with the form of browser/search_box.html in place of each <search-box id label placeholder button>, all four given in
    this order. Raises ValueError for one that is written otherwise."""
    form = beside("browser/search_box.html")
    parts = ("ID", "LABEL", "PLACEHOLDER", "BUTTON")
    html = _SEARCH_BOX.sub(lambda box: re.sub("|".join(parts), lambda part: box[1 + parts.index(part[0])], form), html)
    if "<search-box" in html:
        raise ValueError("A <search-box> has an id, a label, a placeholder and a button, in this order.")
    return html
