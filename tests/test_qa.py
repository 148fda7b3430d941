import pytest
import torch

from emoji_qa.models.qa import QAModel
from emoji_qa.models.towers import ngram_keys
from train.qa.loss import hinge_loss

TOWERS = {
    "glove": {"vocab_size": 30, "word_dim": 8, "hidden": 6},
    "encoder": {
        "arch": "encoder",
        "vocab_size": 30,
        "width": 16,
        "layers": 1,
        "heads": 2,
        "ngrams": 40,
        "ngram_dim": 4,
    },
}


@pytest.fixture(params=list(TOWERS))
def model(request):
    torch.manual_seed(0)
    return QAModel(n_bases=5, question=TOWERS[request.param])


@pytest.fixture
def encoder():
    torch.manual_seed(0)
    return QAModel(n_bases=5, question=TOWERS["encoder"]).eval()


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
    ids, codes = triplets()
    if model.meaning is not None:
        model.question.ngrams.keys.copy_(ngram_keys(ids, 30).flatten().unique()[:40])
        model.answer.fit(torch.randn(5, 16), torch.randn(5, 16), torch.randn(5, 16), torch.arange(5))
        for weight in (model.shared.down.weight, model.question.ngrams.vectors.weight):
            torch.nn.init.normal_(weight)
    meaning = torch.randn(8, 2, 16) if model.meaning is not None else None
    answers = model.encode_answer(codes[:, :1]), model.encode_answer(codes[:, 1:], meaning)
    cosines = torch.einsum("bd,bkd->bk", model.encode_question(ids), torch.cat(answers, dim=1))
    hinge_loss(cosines[:, 0], cosines[:, 1:], margin=2).backward()
    assert [name for name, p in model.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0] == []


def test_the_final_stack_is_shared(model):
    ids, codes = triplets()
    question, answer = model.encode_question(ids), model.encode_answer(codes)
    with torch.no_grad():
        bias = next(bias for name, bias in model.shared.named_parameters() if name in ("0.bias", "down.bias"))
        bias.add_(torch.linspace(-1, 1, 100)[: len(bias)])
    assert not torch.allclose(question, model.encode_question(ids))
    assert not torch.allclose(answer, model.encode_answer(codes))


@pytest.mark.parametrize("model", ["glove"], indirect=True)
def test_both_answer_layers_count(model):
    codes = triplets()[1]
    before = model.encode_answer(codes)
    with torch.no_grad():
        model.answer[0].weight.mul_(-1)
    assert not torch.allclose(before, model.encode_answer(codes))


def test_overfits_a_few_triplets(model):
    ids, codes = triplets(5)
    if model.meaning is not None:  # its answers are mixes of the answers at its centres
        model.answer.centres.copy_(codes[:, 0])
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


def test_padding_changes_nothing(encoder):
    ids = triplets()[0][:, :9]
    padded = torch.nn.functional.pad(ids, (0, 5))
    assert torch.allclose(encoder.encode_question(ids), encoder.encode_question(padded), atol=1e-6)
    weights = encoder.question.attention(padded)
    assert (weights[:, 9:] == 0).all() and torch.allclose(weights.sum(dim=1), torch.ones(8))


def test_known_ngrams_count_and_others_do_not(encoder):
    ids = torch.tensor([[2, 7, 8, 3], [2, 7, 9, 3]])
    encoder.question.ngrams.keys.copy_(torch.tensor([7 * 30 + 8] * 40))
    before = encoder.question.ngrams(ids)
    assert (before == 0).all()  # at first n-grams have no effect
    torch.nn.init.normal_(encoder.question.ngrams.vectors.weight)
    after = encoder.question.ngrams(ids)
    assert after[0].abs().sum() > 0 and (after[1] == 0).all()


def test_pieces_pairs_and_triples_have_keys_of_their_own():
    keys = ngram_keys(torch.tensor([[2, 5, 3, 0]]), 10)
    assert keys.tolist() == [[-1, 5, -1, -1, 25, 53, -1, 253, -1]]


def test_an_answer_without_a_meaning_is_one_too(encoder):
    codes, meaning = torch.randn(5, 16), torch.randn(5, 16)
    encoder.answer.fit(codes, meaning, torch.randn(5, 16), torch.arange(5))
    alone, told = encoder.encode_answer(codes), encoder.encode_answer(codes, meaning)
    assert alone.shape == told.shape == (5, 16) and not torch.allclose(alone, told, atol=1e-3)


def test_the_answer_tower_gives_back_what_was_learned(encoder):
    codes, meaning, learned = torch.randn(5, 16), torch.randn(5, 16), torch.randn(5, 16)
    encoder.answer.fit(codes, meaning, learned, torch.arange(4))  # the last one is withheld
    for answers in (encoder.answer(codes, meaning), encoder.answer(codes)):
        cosine = torch.cosine_similarity(answers, learned)
        assert (cosine[:4] > 0.9).all() and cosine[4] < 0.9
    assert torch.allclose(encoder.answer.learned()[:4], learned[:4], atol=1e-4)


def test_far_from_all_emojis_an_answer_is_its_meaning_or_their_mean(encoder):
    learned, far, meaning = torch.randn(5, 16), torch.full((1, 16), 1e4), torch.randn(1, 16)
    encoder.answer.fit(torch.randn(5, 16), torch.randn(5, 16), learned, torch.arange(5))
    assert torch.allclose(encoder.answer(far, meaning), meaning) and torch.allclose(
        encoder.answer(far)[0], learned.mean(dim=0)
    )


def test_there_is_no_other_tower():
    with pytest.raises(TypeError, match="no question tower 'other'"):
        QAModel(n_bases=5, question={"arch": "other"})
