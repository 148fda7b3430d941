import pytest
import torch

from emoji_qa.qa import QAModel, hinge_loss


@pytest.fixture
def model():
    torch.manual_seed(0)
    return QAModel(n_bases=5, question={"vocab_size": 30, "word_dim": 8, "hidden": 6})


def triplets(n: int = 8):
    ids = torch.randint(2, 30, (n, 20), generator=torch.Generator().manual_seed(1))
    codes = torch.randn(n, 3, 16, generator=torch.Generator().manual_seed(2))
    return ids, codes


def test_shapes_and_range(model):
    cosines = model(*triplets())
    assert cosines.shape == (8, 3)
    assert cosines.abs().max() <= 1 + 1e-6
    assert torch.allclose(model.encode_question(triplets()[0]).norm(dim=1), torch.ones(8))


def test_gradient_reaches_every_parameter(model):
    cosines = model(*triplets())
    hinge_loss(cosines[:, 0], cosines[:, 1:], margin=2).backward()
    assert [name for name, p in model.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0] == []


def test_the_final_stack_is_shared(model):
    ids, codes = triplets()
    question, answer = model.encode_question(ids), model.encode_answer(codes)
    with torch.no_grad():
        model.shared[0].bias.add_(1)
    assert not torch.allclose(question, model.encode_question(ids))
    assert not torch.allclose(answer, model.encode_answer(codes))


def test_both_answer_layers_count(model):
    codes = triplets()[1]
    before = model.encode_answer(codes)
    with torch.no_grad():
        model.answer[0].weight.mul_(-1)
    assert not torch.allclose(before, model.encode_answer(codes))


def test_overfits_eight_triplets(model):
    ids, codes = triplets()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(200):
        optimizer.zero_grad()
        cosines = model(ids, codes)
        hinge_loss(cosines[:, 0], cosines[:, 1:]).backward()
        optimizer.step()
    cosines = model(ids, codes)
    assert (cosines[:, :1] > cosines[:, 1:]).all()


def test_hinge_loss_by_hand():
    correct, incorrect = torch.tensor([0.9, 0.1]), torch.tensor([[0.8, 0.0], [0.5, -1.0]])
    expected = (0.1 + 0.0 + 0.6 + 0.0) / 4  # max(0, 0.2 - correct + incorrect)
    assert hinge_loss(correct, incorrect, margin=0.2).item() == pytest.approx(expected)


def test_answers_are_standardised_inside(model):
    raw = torch.randn(50, 16) * 7 + 3
    plain = model.encode_answer((raw - raw.mean(dim=0)) / raw.std(dim=0, unbiased=False))
    model.fit_standardiser(raw)
    assert torch.allclose(model.encode_answer(raw), plain, atol=1e-5)
