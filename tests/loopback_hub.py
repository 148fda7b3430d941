"""A Hugging Face Hub on loopback, with all that huggingface_hub's real client needs to publish and fetch a model."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

CODES = {"RepoNotFound": 404, "RevisionNotFound": 404, "EntryNotFound": 404}


class LoopbackHub:
    """.commits: for each model, its commits as (id, files); .tokens: the valid ones; .cuts: for each file, how many more
    downloads are cut off half-way; .requests: all requests, as method and path."""

    def __init__(self):
        self.commits: dict[str, list[tuple[str, dict[str, bytes]]]] = {}
        self.tokens = {"hf_loopbacksecret"}
        self.cuts: dict[str, int] = {}
        self.requests: list[str] = []
        self.url = ""

    def head(self, model: str) -> str:
        return self.commits[model][-1][0]

    def commit(self, model: str, files: dict[str, bytes]) -> str:
        """Add a commit with exactly these files; returns its id."""
        commits = self.commits.setdefault(model, [])
        name = hashlib.sha1(f"{model} {len(commits)}".encode()).hexdigest()
        commits.append((name, files))
        return name

    def find(self, model: str, revision: str) -> tuple[str, dict[str, bytes]]:
        commits = self.commits.get(model)
        if commits is None:
            raise Refusal("RepoNotFound")
        if revision == "main":
            return commits[-1]
        if found := [commit for commit in commits if commit[0] == revision]:
            return found[0]
        raise Refusal("RevisionNotFound")


class Refusal(Exception):
    pass


def blob_id(content: bytes) -> str:
    """The id that git gives to a file's content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@contextmanager
def loopback_hub() -> Iterator[LoopbackHub]:
    """A hub that runs on a free port until the block ends."""
    hub = LoopbackHub()
    server = uvicorn.Server(uvicorn.Config(application(hub), port=0, log_level="critical", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    hub.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield hub
    server.should_exit = True
    thread.join()


def application(hub: LoopbackHub) -> FastAPI:
    app = FastAPI()

    @app.middleware("http")
    async def guard(request: Request, go_on):
        hub.requests.append(f"{request.method} {request.url.path}")
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token and token not in hub.tokens:
            message = "Invalid credentials in Authorization header"
            return JSONResponse({"error": message}, 401, {"X-Error-Message": message})
        if not token and request.method == "POST":
            return JSONResponse({"error": "Log in first."}, 401)
        return await go_on(request)

    @app.exception_handler(Refusal)
    def refuse(_, error: Refusal):
        code = error.args[0]
        return JSONResponse({"error": code}, CODES[code], {"X-Error-Code": code})

    publishing(app, hub)
    fetching(app, hub)
    return app


def publishing(app: FastAPI, hub: LoopbackHub) -> None:
    @app.post("/api/repos/create")
    async def create(request: Request):
        asked = await request.json()
        model = f"{asked['organization']}/{asked['name']}"
        status = 409 if model in hub.commits else 200
        if status == 200:
            hub.commit(model, {".gitattributes": b""})
        return JSONResponse({"url": f"{hub.url}/{model}"}, status)

    @app.post("/api/validate-yaml")
    async def validate():
        return {"errors": [], "warnings": []}

    @app.post("/api/models/{owner}/{name}/preupload/{revision}")
    async def preupload(owner: str, name: str, revision: str, request: Request):
        _, there = hub.find(f"{owner}/{name}", revision)
        asked = (await request.json())["files"]
        return {
            "files": [
                {
                    "path": file["path"],
                    "uploadMode": "regular",
                    "shouldIgnore": False,
                    "oid": blob_id(there[file["path"]]) if file["path"] in there else None,
                }
                for file in asked
            ]
        }

    @app.post("/api/models/{owner}/{name}/commit/{revision}")
    async def commit(owner: str, name: str, revision: str, request: Request):
        model = f"{owner}/{name}"
        files = dict(hub.find(model, revision)[1])
        for line in map(json.loads, (await request.body()).splitlines()):
            if line["key"] == "file":
                files[line["value"]["path"]] = base64.b64decode(line["value"]["content"])
            elif line["key"] == "deletedFile":
                del files[line["value"]["path"]]
        oid = hub.commit(model, files)
        return {"success": True, "commitOid": oid, "commitUrl": f"{hub.url}/{model}/commit/{oid}"}


def fetching(app: FastAPI, hub: LoopbackHub) -> None:
    @app.get("/api/models/{owner}/{name}")
    @app.get("/api/models/{owner}/{name}/revision/{revision}")
    def info(owner: str, name: str, revision: str = "main"):
        sha, files = hub.find(f"{owner}/{name}", revision)
        return {
            "id": f"{owner}/{name}",
            "sha": sha,
            "private": False,
            "tags": [],
            "downloads": 0,
            "likes": 0,
            "siblings": [{"rfilename": path} for path in files],
        }

    @app.get("/api/models/{owner}/{name}/tree/{revision}")
    def tree(owner: str, name: str, revision: str):
        _, files = hub.find(f"{owner}/{name}", revision)
        return [
            {"type": "file", "path": path, "size": len(content), "oid": blob_id(content)}
            for path, content in files.items()
        ]

    @app.api_route("/{owner}/{name}/resolve/{revision}/{path:path}", methods=["HEAD", "GET"])
    def resolve(owner: str, name: str, revision: str, path: str, request: Request):
        sha, files = hub.find(f"{owner}/{name}", revision)
        if path not in files:
            raise Refusal("EntryNotFound")
        content = files[path]
        headers = {"ETag": f'"{blob_id(content)}"', "X-Repo-Commit": sha, "Accept-Ranges": "bytes"}
        if request.method == "HEAD":
            return Response(headers={**headers, "Content-Length": str(len(content))})
        start = int(request.headers.get("range", "bytes=0-").removeprefix("bytes=").split("-")[0])
        end = len(content)
        if hub.cuts.get(path):
            hub.cuts[path] -= 1
            end = start + (end - start) // 2  # fewer bytes than announced: the server closes the connection on it
        headers["Content-Length"] = str(len(content) - start)
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        return StreamingResponse(iter([content[start:end]]), 206 if start else 200, headers)
