"""The endpoints that an assistant may use as tools, by way of Gradio's MCP server (Model Context Protocol).

Gradio makes a tool of every endpoint, and text of every result. Here only TOOLS are offered, their results are JSON,
and pictures are sent as images. A call goes through the page's queue like any other, so its limits apply.
"""

import json
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradio.mcp import GradioMCPServer
    from mcp.types import ImageContent, TextContent

TOOLS = ("answer", "explain", "similar", "invent", "compose", "decode")  # names of endpoints
PNG = "data:image/png;base64,"
INSTALLED = find_spec("mcp") is not None


def offer_tools(server: "GradioMCPServer") -> None:
    """Make the server of a launched page offer TOOLS and no others."""
    endpoints = server.tool_to_endpoint
    server.tool_to_endpoint = {tool: path for tool, path in endpoints.items() if path.removeprefix("/") in TOOLS}

    def postprocess(data: list, root_url: str) -> "list[TextContent | ImageContent]":
        return [part for one in data for part in to_content(one)]

    setattr(server, "postprocess_output_data", postprocess)  # noqa: B010 (an assignment would not type-check)


def to_content(result: object) -> "list[TextContent | ImageContent]":
    """An endpoint's result for an assistant: JSON, and an image for a PNG's data URI, alone or as item "picture"."""
    from mcp.types import ImageContent, TextContent

    uris = [result.pop("picture")] if isinstance(result, dict) and is_picture(result.get("picture")) else []
    if is_picture(result):
        uris, result = [result], None
    said = [] if result is None else [TextContent(type="text", text=json.dumps(result, ensure_ascii=False))]
    return [*said, *(ImageContent(type="image", data=uri.removeprefix(PNG), mimeType="image/png") for uri in uris)]


def is_picture(value: object) -> bool:
    return isinstance(value, str) and value.startswith(PNG)
