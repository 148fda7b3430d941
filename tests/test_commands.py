"""A checkpoint keeps all the commands that made it, in the order in which they were run."""

import json
import sys

from emoji_qa import checkpoint
from tests.tiny import write_checkpoint
from train import commands
from train.latent import directions
from train.qa import answers


def give(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["", *map(str, arguments)])


def test_every_stage_appends_its_command(tmp_path, monkeypatch):
    emojis, tweets, tower, model = (tmp_path / name for name in ("emojis", "tweets", "tower", "model"))
    for folder in (emojis, tweets, tower, model):
        folder.mkdir()
    give(monkeypatch, "--out", "emojis")
    commands.record(emojis / "made.json", "train.data.emojis", afresh=True)
    give(monkeypatch)
    commands.record(tweets / "made.json", "train.data.tweets", afresh=True)
    commands.record(model / "config.json", "train.vae.train", before=commands.of(emojis, None), afresh=True, vae={})
    give(monkeypatch, "--name", "a b")
    commands.record(tower / "tower.json", "train.qa.question", before=commands.of(tweets, tmp_path / "none"))
    commands.record(model / "config.json", "train.qa.answers", before=commands.of(tower))
    commands.record(model / "config.json", "train.qa.calibrate", calibration={})
    commands.record(model / "config.json", "train.qa.calibrate", calibration={})  # run twice, kept once
    config = json.loads((model / "config.json").read_text())
    assert config["commands"] == [
        "python -m train.data.emojis --out emojis",
        "python -m train.vae.train",
        "python -m train.data.tweets",
        "python -m train.qa.question --name 'a b'",
        "python -m train.qa.answers --name 'a b'",
        "python -m train.qa.calibrate --name 'a b'",
    ]
    assert config["vae"] == config["calibration"] == {}
    assert commands.of(model, without=commands.WORDS) == config["commands"][:2]
    commands.record(model / "config.json", "train.vae.train", before=commands.of(emojis), afresh=True)
    assert len(commands.of(model)) == 2  # a new VAE drops the commands for the answers to the old codes


def test_a_finished_checkpoint_keeps_those_of_its_tower(tmp_path, monkeypatch):
    folder = write_checkpoint(tmp_path / "model", arch="encoder")
    tower = {**json.loads((folder / "config.json").read_text()), "withheld": [], "question_training": {}}
    model, pieces, _ = answers.load(answers.EmojiTable.load(folder), tower, folder)
    give(monkeypatch, "--checkpoint", folder)
    options = answers.parse()
    answers.save(model, pieces, {**tower, "commands": ["python -m train.qa.question"]}, options)
    assert commands.of(folder) == ["python -m train.qa.question", f"python -m train.qa.answers --checkpoint {folder}"]


def test_of_another_checkpoint_only_the_towers_commands_are_taken(tmp_path, monkeypatch):
    mine, other = (write_checkpoint(tmp_path / name, arch="encoder") for name in ("mine", "other"))
    for folder in (mine, other):
        told = [f"python -m train.vae.train --out {folder.name}", f"python -m train.qa.question --run {folder.name}"]
        checkpoint.update_json(folder / "config.json", commands=told, withheld=[], question_training={})
    monkeypatch.setattr(answers, "meaning_texts", lambda table, data: table.bases.names)
    give(monkeypatch, "--checkpoint", mine, "--question", other)
    answers.main()
    given = [one.split()[-1] for one in commands.of(mine)]
    assert given == ["mine", "mine", "other", str(other)]


def test_fitted_directions_are_recorded(tmp_path, monkeypatch):
    folder = write_checkpoint(tmp_path / "model")
    (folder / directions.FILE).touch()
    monkeypatch.setattr(directions, "write_directions", lambda *_, **__: {})
    give(monkeypatch, "--checkpoint", folder)
    directions.main()
    assert commands.of(folder) == [f"python -m train.latent.directions --checkpoint {folder}"]
