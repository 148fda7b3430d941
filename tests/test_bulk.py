"""Files of tweets in bulk: what is kept of a file, what is answered, and what remains when a job is killed."""

import csv
import gzip
import json
import os
import time

import numpy as np
import psutil
import pytest

import emoji_qa
from emoji_qa.bulk import answer_files, command
from emoji_qa.bulk.job import Progress
from tests.forked import Command
from tests.tiny import write_checkpoint

TWEETS = ["my flight is cancelled", "so happy , thanks !", "", "great cake", "rain on monday ?", "😀", "love my dog"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_checkpoint(tmp_path_factory.mktemp("model"), loudness=2)


@pytest.fixture(scope="module")
def model(folder):
    return emoji_qa.load(folder, device="cpu")


@pytest.fixture
def bulk(folder):
    """`answer_files` with the tiny model, in this process."""

    def answering(source, target, **options):
        return answer_files(source, target, **{"model": folder, "processes": 0, "k": 2, **options})

    return answering


def ranked(model, tweet, k=2):
    """The cells that are expected beside a tweet that can be answered."""
    [answers] = model.answer(tweet, k=k)
    return [cell for a in answers for cell in (a.emoji, a.name, f"{a.score:.4f}")] + [""]


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def many(path, n=9000):
    """A CSV of distinct tweets."""
    words = "flight cancelled delayed awful thanks great happy love cake rain dog coffee work monday".split()
    rng = np.random.default_rng(0)
    lines = [f"{i},{' '.join(rng.choice(words, 6))} {i}" for i in range(n)]
    path.write_text("id,tweet\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_csv_keeps_its_columns_and_tells_why_a_row_has_no_answer(bulk, model, tmp_path):
    source = tmp_path / "in.csv"
    rows = [["id", "text", "note"], *([f"0{i}", tweet, '=1+1, “so”\n"ok"'] for i, tweet in enumerate(TWEETS))]
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    done = bulk(source, tmp_path / "out.csv")
    head, *body = read(tmp_path / "out.csv")
    assert head == ["id", "text", "note", "emoji_1", "name_1", "score_1", "emoji_2", "name_2", "score_2", "problem"]
    assert [row[:3] for row in body] == rows[1:]
    for tweet, row in zip(TWEETS, body, strict=True):
        if tweet in ("", "😀"):
            assert row[3:9] == [""] * 6 and row[9].endswith(".")
        else:
            assert row[3:] == ranked(model, tweet)
    assert (done.rows, done.unanswered, done.found, round(done.share, 6)) == (7, 2, 0, 1)
    assert os.listdir(tmp_path) in (["in.csv", "out.csv"], ["out.csv", "in.csv"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_as_spreadsheets_save_it(bulk, model, tmp_path, encoding):
    source = tmp_path / "in.csv"
    source.write_bytes("café;tweet\nnaïve;so happy\nà;my dog;is\n".encode(encoding))
    bulk(source, tmp_path / "out.csv", header=True, column="2")
    text = (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert [line.split(";")[0] for line in text.splitlines()] == ["café", "naïve", "à"]
    assert text.splitlines()[1].split(";")[2:] == ranked(model, "so happy")


def test_bytes_that_are_no_text_and_rows_that_are_too_long_stay(bulk, tmp_path):
    source = tmp_path / "in.csv"
    source.write_bytes(
        b"tweet,\xc3\xa9\nso happy,\xc3\xbcn\xc3\xafc\xc3\xb6d\xc3\xa9\nmy dog \xff,1\ncake, rain,and,more\n"
    )
    done = bulk(source, tmp_path / "out.csv", header=True)
    first, second, third = (tmp_path / "out.csv").read_bytes().splitlines()[1:]
    assert second.startswith(b"my dog \xff,1,") and not second.endswith(b".")
    assert third.startswith(b'cake," rain,and,more",') and third.endswith(
        b'"This row has 4 cells, and there are 2 columns."'
    )
    assert done.unanswered == 1 and first.startswith("so happy,ünïcödé".encode())


def test_json_lines_stay_as_they_are_written(bulk, model, tmp_path):
    source = tmp_path / "in.jsonl"
    lines = [
        '{"id": 1e2, "text": "so happy", "x": "\\u00e9"}',
        '{"text": null}',
        "",
        "no JSON",
        "{}",
        '  {"text": "my dog"}  ',
    ]
    source.write_text("\n".join(lines), encoding="utf-8")
    done = bulk(source, tmp_path / "out.jsonl")
    out = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in out]
    assert out[0].startswith(lines[0][:-1] + ', "emoji_1": ') and len(out) == 5
    assert records[2] == {"line": "no JSON", "problem": "This line is no JSON object."}
    assert [record["problem"] is None for record in records] == [True, False, False, False, True]
    assert (
        f"{records[4]['score_2']:.4f}" == ranked(model, "my dog")[5]
        and records[4]["emoji_1"] == ranked(model, "my dog")[0]
    )
    assert (done.rows, done.unanswered) == (5, 3)


def test_parquet_keeps_types(bulk, model, tmp_path):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    table = pa.table({"id": pa.array(range(7), pa.int16()), "text": [*TWEETS[:6], None], "at": pa.array([[1.5]] * 7)})
    table = table.set_column(1, "text", table["text"].dictionary_encode()).replace_schema_metadata({"whose": "ours"})
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=3)
    done = bulk(tmp_path / "in.parquet", tmp_path / "out.parquet", rows=2)
    out = pq.read_table(tmp_path / "out.parquet")
    assert out.select(["id", "text", "at"]).equals(table) and out.schema.metadata[b"whose"] == b"ours"
    assert out.schema.field("score_1").type == pa.float32()
    assert out["emoji_1"][0].as_py() == ranked(model, TWEETS[0])[0] and out["problem"][0].as_py() is None
    assert out["emoji_1"][6].as_py() is None and out["problem"][6].as_py() and done.unanswered == 3


def test_a_folder_keeps_its_shape_and_gz_stays_gz(bulk, tmp_path):
    source = tmp_path / "in"
    (source / "2023").mkdir(parents=True)
    (source / "a.csv").write_text("tweet\nso happy\n")
    (source / "notes.pdf").write_text("no tweets")
    with gzip.open(source / "2023/b.jsonl.gz", "wt") as file:
        file.writelines(f'{{"text": "my dog {i}"}}\n' for i in range(5))
    done = bulk(source, tmp_path / "out", rows=2)
    assert sorted(str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*.*")) == [
        "2023/b.jsonl.gz",
        "a.csv",
    ]
    with gzip.open(tmp_path / "out/2023/b.jsonl.gz", "rt") as file:
        assert [json.loads(line)["text"] for line in file] == [f"my dog {i}" for i in range(5)]
    assert done.rows == 6


@pytest.mark.parametrize(
    ("name", "content", "options", "sentence"),
    [
        ("in.txt", "so happy", {}, "its format is not known"),
        ("in.csv", "", {}, "no tweet"),
        ("in.csv", "id,tweet\n1,so happy\n", {"column": "text"}, "no column “text”; there are: id, tweet"),
        ("in.csv", "id,tweet,problem\n1,so happy,\n", {"column": "tweet"}, "already"),
        ("in.csv", "id,tweet\n1,so happy\n", {"k": 0}, "k must be"),
        ("in.csv", "id,tweet\n1,so happy\n", {"k": 1000}, "at most 100"),
        ("in.csv", "id,tweet\n1,so happy\n", {"emojis": ["x"]}, "x"),
        ("in.csv", "id,tweet\n1,so happy\n", {"popularity": float("nan")}, "popularity"),
        ("in.csv", "id,tweet\n1,so happy\n", {"engine": "magic"}, "no engine"),
        ("in.csv", 'id,tweet\n1,"so happy' + "\n1,so happy" * 450_000, {}, "quotation mark"),
        ("in.jsonl", "so happy\n", {}, "JSON object"),
        ("in.jsonl", '{"text": "so happy"}', {"column": "tweet"}, "no key “tweet”; there are: text"),
        ("in.jsonl", "x" * (5 << 20), {}, "line 1 has more than 4 MB"),
        ("in.parquet", "so happy", {}, "Parquet"),
        ("in.csv.gz", gzip.compress(b"id,tweet\n1,so happy\n", mtime=0)[:-9], {}, "damaged or cut off"),
        ("in.csv.gz", "id,tweet\n1,so happy\n", {}, "damaged or cut off"),
        ("in.jsonl.gz", gzip.compress(b'{"text": "so happy"}\n' * 900, 0, mtime=0)[:-30], {}, "damaged or cut off"),
    ],
)
def test_what_will_not_do_is_told_in_a_sentence(bulk, tmp_path, name, content, options, sentence):
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ValueError, match=sentence):
        bulk(tmp_path / name, tmp_path / f"out{name[2:]}", **options)
    assert not (tmp_path / f"out{name[2:]}").exists()


def test_a_target_that_exists_is_left_alone(bulk, tmp_path):
    source, target = many(tmp_path / "in.csv", 3), tmp_path / "out.csv"
    target.write_text("mine")
    with pytest.raises(ValueError, match="exists already"):
        bulk(source, target)
    with pytest.raises(ValueError, match="must end in .csv"):
        bulk(source, tmp_path / "out.jsonl")
    with pytest.raises(ValueError, match="lies in"):
        bulk(tmp_path, tmp_path / "answers")
    assert target.read_text() == "mine"


def test_a_job_goes_on_where_it_stood_unless_it_is_another(bulk, tmp_path):
    source, target = many(tmp_path / "in.csv", 50), tmp_path / "out.csv"
    bulk(source, tmp_path / "whole.csv", rows=10)

    def stop(progress):
        if progress.rows >= 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bulk(source, target, rows=10, report=stop)
    assert not target.exists()
    other = [p for p in (tmp_path / "out.csv.parts").rglob("*") if p.is_file()]
    assert len(other) == 3
    (other[0].with_name("begun.half")).write_text("half of it")
    with pytest.raises(KeyboardInterrupt):
        bulk(source, target, rows=10, k=1, report=stop)  # another job: it reuses nothing
    done = bulk(source, target, rows=10)
    assert (done.rows, done.found) == (50, 30)
    source.write_text("tweet\n" + "so happy\n" * 40)  # four equal pieces, none of them from an earlier start
    done = bulk(source, tmp_path / "again.csv", rows=10)
    assert (done.rows, done.found) == (40, 0)
    assert target.read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert not (tmp_path / "out.csv.parts").exists()


def test_killed_and_started_again(folder, bulk, tmp_path):
    source, target = many(tmp_path / "in.csv"), tmp_path / "out.csv"
    bulk(source, tmp_path / "whole.csv", k=5)
    arguments = ["-m", "emoji_qa", "bulk", source, target, "--model", folder, "--processes", 2]
    job = Command(arguments, tmp_path / "job.txt")
    workers = []
    while job.is_running() and all(part.suffix for part in tmp_path.glob("out.csv.parts/*/*")):
        workers = psutil.Process(job.pid).children(recursive=True) or workers
        time.sleep(0.01)
    job.kill()
    assert not target.exists()
    assert not psutil.wait_procs(workers, timeout=60)[1]  # none goes on computing
    code, said = Command(arguments, tmp_path / "again.txt").wait()
    assert code == 0, said
    assert "found from an earlier start" in said
    assert target.read_bytes() == (tmp_path / "whole.csv").read_bytes()
    code, said = Command(arguments, tmp_path / "third.txt").wait()
    assert code == 2 and "exists already" in said and "Traceback" not in said


def test_progress_tells_rate_and_time_left():
    progress = Progress(rows=3000, found=1000, share=0.5, found_share=0.25, started=time.monotonic() - 100)
    assert command.to_text(progress) == "3,000 rows, 50%; 20 a second, 3 min left"
    assert [command.to_time(s) for s in (59, 75, 4000, 200_000)] == ["59 s", "1 min", "1 h 6 min", "2 d 7 h"]
