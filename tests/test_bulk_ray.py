"""Bulk answers with Ray Data: two actors on this machine give the same as one process, even if one of them is killed."""

import os
import signal
import threading
import time

import psutil
import pytest

from emoji_qa.bulk import answer_files
from tests.test_bulk import many
from tests.tiny import write_checkpoint

ray = pytest.importorskip("ray", reason="Ray is not here, so the engine “ray” was not tried.")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_checkpoint(tmp_path_factory.mktemp("model"), loudness=2)


@pytest.fixture(scope="module")
def cluster():
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=150 << 20)
    yield
    ray.shutdown()


def kill_an_actor(stop: threading.Event, killed: list[int]) -> None:
    """Kill the first process of an actor of ours as soon as it computes."""
    while not stop.wait(0.1) and not killed:
        for process in psutil.process_iter(["cmdline"]):
            if "MapWorker" in " ".join(process.info["cmdline"] or ()):
                time.sleep(0.5)
                os.kill(process.pid, signal.SIGKILL)
                killed.append(process.pid)
                break


def test_two_actors_give_what_one_process_gives_also_when_one_is_killed(cluster, folder, tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    many(source / "a.csv", 3000)
    (source / "b.jsonl").write_text("".join(f'{{"text": "so happy {i}"}}\n' for i in range(700)) + '{"text": ""}\n')
    done = answer_files(source, tmp_path / "alone", model=folder, processes=0, rows=100)
    stop, killed = threading.Event(), []
    threading.Thread(target=kill_an_actor, args=(stop, killed), daemon=True).start()
    clustered = answer_files(source, tmp_path / "ray", model=folder, engine="ray", processes=2, rows=100)
    stop.set()
    assert killed
    assert (clustered.rows, clustered.unanswered) == (done.rows, done.unanswered) == (3701, 1)
    for name in ("a.csv", "b.jsonl"):
        assert (tmp_path / "ray" / name).read_bytes() == (tmp_path / "alone" / name).read_bytes()
