"""Files, the link and favourites, from Python and on the page."""

import io
import json
import re
import zipfile
from base64 import b64decode
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from emoji_qa.images.export import as_dict, checkpoint_hash, export
from tests.conftest import send_to, slide, wait_until_started
from tests.test_api import ask, client  # noqa: F401  (a fixture)
from tests.test_emoji_half import come_to_rest
from tests.test_page import PAYLOAD, answers, expect_answers, expect_sliders, sliders
from tests.test_tweet_half import expect_accessible, serious, write


@pytest.fixture
def panel(page):
    page.get_by_role("tab", name="Take away").click()
    return page


def test_json_holds_the_code_and_what_it_belongs_to(default):
    [z] = default.sample(1, seed=2)
    read = json.loads(export(default, z, "json"))
    assert np.allclose(read["z"], z, atol=1e-5) and np.allclose(default.latent.to_z([read["sliders"]])[0], z, atol=1e-3)
    assert (
        read["checkpoint"] == checkpoint_hash(default)
        and len(read["checkpoint"]) == 64
        and "CC-BY" in read["attribution"]
    )


@pytest.mark.parametrize(("kind", "size"), [("exe", 36), ("png", 35), ("png", 1025), ("png", True), ("png", "64")])
def test_what_there_is_not(lively, kind, size):
    with pytest.raises(ValueError, match="taken away as|pixels along an edge"):
        export(lively, np.zeros(16), kind, size)


BAD = [
    ("export_emoji", None, "must be text"),
    ("export_emoji", {"sliders": [0] * 16, "format": "exe"}, "taken away as"),
    ("export_emoji", {"sliders": [1e300] * 16, "format": "png"}, "16 finite numbers"),
    ("export_emoji", {"sliders": [0] * 16, "format": "png", "size": 10**9}, "pixels along an edge"),
    ("name_code", [0] * 15, "16 finite numbers"),
    ("open_code", None, "shape"),
    ("open_code", {"z": "AAAA"}, "damaged"),
    ("open_code", {"z": "!"}, "damaged"),
    ("open_code", {"z": ["a"] * 16}, "numbers"),
    ("open_code", {"z": [0] * 16, "recipe": "<svg>"}, "no recipe"),
    ("draw_favourites", [], "1 to 200"),
    ("draw_favourites", [[0] * 16] * 201, "1 to 200"),
    ("draw_favourites", ["<svg>"], "no recipe"),
    ("draw_files", None, "1 to 8"),
    ("draw_files", ["1f355~e1f36a"], "cannot put emojis together"),
    ("draw_files", [[0] * 16] * 9, "1 to 8"),
    ("draw_files", [{"sliders": []}], "16 finite"),
    ("draw_files", [[0] * 16, [1e300] * 16], "16 finite numbers"),
    ("encode_picture", None, "must be text"),
    ("encode_picture", "?", "arrive whole"),
    ("encode_picture", "AAAA", "cannot be read"),
    ("encode_picture", "A" * 6_000_000, "too large"),
]


@pytest.mark.parametrize(("name", "payload", "sentence"), BAD, ids=lambda value: str(value)[:30])
def test_bad_input_is_refused_in_a_sentence(client, url, name, payload, sentence):  # noqa: F811
    assert sentence in ask(client, url, name, payload)["error"]


def open_json(page, read: object) -> None:
    content = json.dumps(read).encode()
    page.set_input_files(".open-file", {"name": "emojis.json", "mimeType": "application/json", "buffer": content})


def save_json(page) -> dict:
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON", exact=True).click()
    return json.loads(download.value.path().read_text())


def test_a_link_opens_in_another_window_which_keeps_the_same_favourites(panel, open_page, url, lively):
    come_to_rest(panel, 1)
    panel.wait_for_function("document.querySelector('.link').value.includes('#z=')")
    at_first, of_another_model = sliders(panel), panel.input_value(".link").replace("&m=", "&m=0123")
    slide(panel, "#axis-3", -2.05)
    come_to_rest(panel, 2)
    panel.fill("#tweet", PAYLOAD)
    expect_answers(panel, lively, PAYLOAD)
    panel.wait_for_function("document.querySelector('.link').value.includes('onerror')")
    kept, link = sliders(panel), panel.input_value(".link")
    other = open_page(link)
    expect(other.locator(".caption")).to_have_text("From a link")
    expect_sliders(other, np.array(kept))
    expect_answers(other, lively, PAYLOAD)
    assert other.input_value("#tweet") == PAYLOAD and not other.evaluate("window.hacked")

    other.get_by_role("tab", name="Take away").click()
    other.locator("#take-away .star").click()
    expect(panel.locator(".favourites li")).to_have_count(1)
    slide(panel, "#axis-1", 2)
    come_to_rest(panel, 3)
    panel.locator("#take-away .star").click()
    expect(other.locator(".favourites li")).to_have_count(2)

    other.evaluate("link => { location.href = link; }", of_another_model)
    expect(other.locator(".caption")).to_contain_text("another model")
    broken = open_page(url + "#z=AAAA&m=x&t=%3Cscript%3E")
    expect(broken.locator("#emoji-half .note")).to_contain_text("damaged")
    assert sliders(broken) == at_first


def test_favourites_survive_a_reload_and_leave_as_a_zip_and_one_emoji_as_json(panel, lively):
    expect(panel.locator(".export-all")).to_be_disabled()
    panel.locator("#take-away .star").click()
    panel.locator("#take-away .star").click()
    expect(note(panel)).to_contain_text("among them already")
    slide(panel, "#axis-1", 2)
    come_to_rest(panel, 2)
    panel.locator("#take-away .star").click()
    panel.locator(".favourites input").last.fill("<b>mine</b>")
    panel.locator(".favourites input").last.press("Tab")
    panel.reload()
    wait_until_started(panel)
    panel.get_by_role("tab", name="Take away").click()
    expect(panel.locator(".favourites li")).to_have_count(2)
    assert panel.locator(".favourites input").last.input_value() == "<b>mine</b>"
    panel.wait_for_function("""[...document.querySelectorAll(".favourites canvas")].every((c) =>
        c.getContext("2d").getImageData(0, 0, 72, 72).data.some(Boolean))""")
    packed = json.loads(unzipped(panel, "Export all as a zip").read("emojis.json"))["emojis"]
    assert [one["name"] for one in packed][1] == "<b>mine</b>" and packed[1]["sliders"][0] == pytest.approx(2, abs=1e-3)
    panel.locator(".favourites .open").last.click()
    expect(panel.locator(".caption")).to_have_text("<b>mine</b>")
    panel.locator(".favourites .remove").first.click()
    expect(panel.locator(".favourites li")).to_have_count(1)

    slide(panel, "#axis-2", 1.5)
    come_to_rest(panel, 3)
    expect_json_saved_and_opened_again(panel, lively)
    expect_another_model_to_be_told(panel)


def expect_json_saved_and_opened_again(page, model):
    page.fill("#tweet", "so happy")
    expect_answers(page, model, "so happy")
    kept, read = sliders(page), save_json(page)
    assert read["tweet"] == "so happy" and read["checkpoint"] == checkpoint_hash(model)
    send_to(page, [0.0] * 16)
    expect_sliders(page, np.zeros(16))
    open_json(page, read)
    expect_sliders(page, np.array(kept))
    file = {"name": "emoji.json", "mimeType": "application/json", "buffer": b"<b>no</b>"}
    page.set_input_files(".open-file", file)
    expect(note(page)).to_contain_text("holds no emoji")
    open_json(page, read)
    expect(note(page)).to_have_text("")


def expect_another_model_to_be_told(page):
    alien = {"z": [0.5] * 16, "name": "alien", "checkpoint": "0" * 64}
    open_json(page, alien)
    expect(page.locator(".caption")).to_have_text("alien, of another model: the nearest that this one can draw")
    open_json(page, {"emojis": [alien]})
    expect(note(page)).to_have_text("A favourite more.")
    page.locator(".favourites .open").last.click()
    expect(page.locator(".caption")).to_have_text("alien, made with another model: it may look different here")


def listed(page) -> list[str]:
    return page.locator(".favourites input").evaluate_all("(names) => names.map((name) => name.value)")


def names_of(count: int) -> list[str]:
    return ["../../etc/passwd", PAYLOAD[:60], "CON", "\u202eäöü 🎉", *(f"twin {i // 2}" for i in range(count - 4))]


def kept_by_the_browser(model, sliders: list[list[float]]) -> str:
    """A script that stores these favourites in the browser, some of which have the same name."""
    names, checkpoint = names_of(len(sliders)), checkpoint_hash(model)
    kept = [{"sliders": one, "name": name, "checkpoint": checkpoint} for one, name in zip(sliders, names, strict=True)]
    return f"localStorage.setItem('emoji-qa:favourites', {json.dumps(json.dumps(kept))});"


def note(page):
    return page.locator("#take-away .note").first


def told(page):
    return page.locator(".export-note")


def unzipped(page, button: str) -> zipfile.ZipFile:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    assert download.value.suggested_filename == "emojis.zip"
    return zipfile.ZipFile(download.value.path())


def intercept(page, handlers: dict) -> None:
    """Lets a handler answer the page's call for files with that number, 1 for the first, instead of the server."""
    calls = []

    def watch(route):
        calls.append("draw_files" in route.request.post_data)
        handle = handlers.get(sum(calls)) if calls[-1] else None
        handle(route) if handle else route.continue_()

    page.route("**/component_server**", watch)


def test_the_shipped_models_files_are_saved_one_by_one_and_packed_in_the_browser(open_page, default_url, default):
    z = default.sample(12, seed=0)
    kept = default.latent.from_z(z).tolist()
    page = open_page(default_url, script=kept_by_the_browser(default, kept))
    page.get_by_role("tab", name="Take away").click()
    expect_all_packed(page, default, kept)

    page.evaluate(
        """sliders => document.dispatchEvent(new CustomEvent("emoji-qa:go",
        { detail: { sliders, caption: "Own emoji" } }))""",
        default.latent.from_z(default.sample(1, seed=1))[0].tolist(),
    )
    expect(page.locator(".caption")).to_have_text("Own emoji")
    morph = (46, (256, 256))  # a morph comes from the nearest emoji: 24 pictures there, 22 back
    for button, name, kind, shown in (
        ("PNG", "own-emoji-512.png", "PNG", (1, (512, 512))),
        ("Custom emoji", "own-emoji-128.png", "PNG", (1, (128, 128))),
        ("GIF", "own-emoji.gif", "GIF", morph),
        ("WebP", "own-emoji.webp", "WEBP", morph),
        ("APNG", "own-emoji.png", "PNG", morph),
    ):
        with page.expect_download() as download:
            page.get_by_role("button", name=button, exact=True).click()
        assert download.value.suggested_filename == name
        picture = Image.open(download.value.path())
        assert picture.format == kind and (getattr(picture, "n_frames", 1), picture.size) == shown


def expect_all_packed(page, model, kept: list[list[float]]):
    file = unzipped(page, "Export all as a zip")
    names = names_of(len(kept))
    expect(told(page)).to_have_text(f"emojis.zip is saved, with {len(kept)} of {len(kept)}.")
    assert file.testzip() is None
    *pictures, last = file.namelist()
    assert last == "emojis.json" and len(pictures) == 2 * len(kept)
    for i, (png, svg) in enumerate(zip(pictures[::2], pictures[1::2], strict=True), 1):
        assert re.fullmatch(rf"{i:03}(-[^/]+)?\.png", png) and re.fullmatch(rf"{i:03}(-[^/]+)?\.svg", svg)
        size = Image.open(file.open(png)).size
        assert len(file.read(png)) < 128_000 and size == (128, 128)  # what chat programs take
        assert len(file.read(svg)) < 50_000 and ElementTree.fromstring(file.read(svg)).tag.endswith("svg")
    packed = json.loads(file.read("emojis.json"))["emojis"]
    assert [one["name"] for one in packed] == names
    z = model.latent.to_z([kept[9]])[0]
    files = pictures[18:20]
    assert packed[9] == {"files": files, "name": names[9], **as_dict(model, z)}
    assert [file.read(name) for name in files] == [export(model, z, "png", 128), export(model, z, "svg")]


def test_twenty_favourites_are_put_back_renamed_mixed_packed_piece_by_piece_and_opened_again(open_page, lively):
    kept = kept_by_the_browser(lively, [[i / 10] * 16 for i in range(20)])
    page, names = open_page(script=kept), names_of(20)
    page.get_by_role("tab", name="Take away").click()
    expect(page.locator(".favourites li")).to_have_count(20)
    expect_removed_and_put_back(page, names)

    name = page.locator(".favourites input").nth(5)
    name.fill("  mine ")
    name.press("Tab")
    expect(page.get_by_role("button", name="Mix mine")).to_be_focused()  # the focus stays where Tab led
    names[5] = "mine"
    assert listed(page) == names

    for row in (0, 9):
        page.get_by_role("tab", name="Take away").click()
        page.locator(".favourites .mix").nth(row).click()
        expect(page.get_by_role("tab", name="Mix")).to_have_attribute("aria-selected", "true")
        expect(page.locator("#mix .ingredients")).to_contain_text(names[row])
    between = lively.latent.to_z([[0] * 16, [0.9] * 16]).mean(axis=0, keepdims=True)
    expect_sliders(page, lively.latent.from_z(between)[0])

    page.get_by_role("tab", name="Take away").click()
    expect_packing_to_be_stopped_and_to_lose_nothing(page, lively)
    page.locator(".favourites .remove").last.click()
    page.locator(".favourites .remove").first.click()
    file = unzipped(page, "Go on with the zip")
    read = json.loads(file.read("emojis.json"))
    assert len(file.namelist()) == 19 and [one["name"] for one in read["emojis"]] == names[1:-1]
    expect_opened_again(page, read, names[1:-1])


def expect_removed_and_put_back(page, names):
    put_back = page.get_by_role("button", name="Put back")
    page.set_viewport_size({"width": 390, "height": 844})
    top = "document.querySelector('.favourites').getBoundingClientRect().top + scrollY"
    before = page.evaluate(top)
    for row in (19, 3):
        page.locator(".favourites .remove").nth(row).click()
    expect(note(page)).to_have_text("Removed.")
    expect(put_back).to_be_focused()
    assert page.evaluate(top) == before  # the layout is the same
    assert listed(page) == names[:3] + names[4:19]
    assert not serious(page, "#take-away")
    put_back.press("Enter")
    expect(page.locator(".favourites .open").nth(3)).to_be_focused()
    put_back.click()
    expect(put_back).to_be_hidden()
    assert listed(page) == names
    assert [one["name"] for one in json.loads(page.evaluate("localStorage['emoji-qa:favourites']"))] == names
    page.set_viewport_size({"width": 1280, "height": 720})


def expect_packing_to_be_stopped_and_to_lose_nothing(page, model):
    """Of three pieces, the second is held until the visitor has stopped, and the third fails."""
    held = []
    intercept(page, {2: held.append, 4: lambda route: route.abort()})
    page.get_by_role("button", name="Export all as a zip").click()
    expect(told(page)).to_have_text("8 of 20 …")
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_focused()
    page.locator("#tweet").press_sequentially("so")  # packing leaves the keyboard alone
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(told(page)).to_have_text("Stopped: 8 of 20 are ready.")
    page.locator("#tweet").press_sequentially(" happy")
    expect_answers(page, model, "so happy")
    with page.expect_response("**/component_server**"):
        held[0].continue_()  # a late response adds nothing
    expect(page.get_by_role("button", name="Save the 8 that are ready")).to_be_visible()
    assert not serious(page, "#take-away")
    page.get_by_role("button", name="Go on with the zip").click()
    expect(told(page)).to_contain_text("No answer from the server.")
    expect(told(page)).to_contain_text("16 of 20 are ready.")
    file = unzipped(page, "Save the 16 that are ready")
    assert len(file.namelist()) == 17  # no SVGs without flat colours


def expect_opened_again(page, read: dict, names: list[str]):
    """Opens the JSON of a zip after another window has removed all favourites."""
    page.evaluate("""() => { const key = "emoji-qa:favourites";
        localStorage.setItem(key, "[]");
        dispatchEvent(new StorageEvent("storage", { key })); }""")
    expect(page.locator(".favourites li")).to_have_count(0)
    open_json(page, read)
    expect(note(page)).to_have_text("18 favourites more.")
    assert listed(page) == names
    page.locator(".favourites .open").nth(8).click()
    expect_sliders(page, np.full(16, 0.9))
    open_json(page, {"emojis": read["emojis"] * 11})
    expect(note(page)).to_have_text("200 favourites are the most. Remove some first.")
    open_json(page, {"emojis": [read["emojis"][0], {"z": "?"}]})
    expect(note(page)).to_contain_text("holds no emoji")
    assert len(listed(page)) == 18


def test_a_browser_that_stores_nothing_answers_and_says_so(open_page, lively):
    page = open_page(script="Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked'); } });")
    page.get_by_title("Skin tone: medium", exact=True).click()
    write(page, lively, "so happy")
    assert len(answers(page)) == 5
    page.get_by_role("tab", name="Take away").click()
    page.locator("#take-away .star").click()
    expect(page.locator(".favourites li")).to_have_count(1)
    expect(note(page)).to_contain_text("stores nothing")


def test_a_drawing_and_a_picture_become_emojis_and_axe_finds_nothing_serious(page, lively):
    come_to_rest(page, 1)
    before = sliders(page)
    page.get_by_role("tab", name="Picture").click()
    expect_accessible(page, "#from-picture")
    draw(page)
    page.get_by_role("button", name="Use the drawing").click()
    expect(page.locator("#from-picture .note")).to_contain_text("dB:")
    expect(page.locator(".caption")).to_have_text("Your drawing")
    assert sliders(page) != before
    seen = page.locator(".seen").get_attribute("src")
    pixels = np.array(Image.open(io.BytesIO(b64decode(seen.partition(",")[2]))))
    assert pixels.shape == (36, 36, 4) and pixels[18, 18].tolist() == [221, 46, 68, 255]
    page.get_by_role("button", name="Undo", exact=True).last.click()
    page.get_by_role("button", name="Use the drawing").click()
    expect(page.locator("#from-picture .note")).to_contain_text("nothing on this picture")

    expect_a_picture_is_uploaded_and_ranked(page, lively)
    page.get_by_role("tab", name="Take away").click()
    expect_accessible(page, "#take-away")
    page.locator("#take-away .star").click()
    expect(page.locator(".favourites li")).to_have_count(1)
    expect_accessible(page, "#take-away")


def draw(page):
    """Draws a red line across the board."""
    board = page.locator(".board canvas")
    board.scroll_into_view_if_needed()
    page.get_by_role("button", name="red", exact=True).click()
    board.evaluate("""(board) => { const { left, top, width } = board.getBoundingClientRect();
        const send = (type, x, y) => board.dispatchEvent(new PointerEvent(type, { pointerId: 1, bubbles: true,
            clientX: left + x * width, clientY: top + y * width }));
        board.setPointerCapture = () => {};
        send("pointerdown", 0.2, 0.2);
        for (let t = 0.2; t < 0.8; t += 0.05) send("pointermove", t, t);
        send("pointerup", 0.8, 0.8); }""")


def expect_a_picture_is_uploaded_and_ranked(page, model):
    image, buffer = model.emojis.images[0], io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    file = {"name": "x.png", "mimeType": "image/png"}
    page.set_input_files(".picture-file", {**file, "buffer": buffer.getvalue()})
    expect(page.locator("#from-picture .note")).to_contain_text("dB:")
    expect_sliders(page, model.latent.from_z(model.encode(image[None]))[0])
    expect_accessible(page, "#from-picture")
    page.locator(".candidate .name").fill("<b>very happy</b>")
    page.locator(".candidate .keywords").fill("so happy, joy")
    page.get_by_role("button", name="Add it for this visit").click()
    page.fill("#tweet", "so happy joy")
    page.locator(".choice.many button").last.click()
    expect(page.locator(".answers")).to_contain_text("<b>very happy</b>")
    page.set_input_files(".picture-file", {**file, "buffer": b"<svg onload=hacked=1>"})
    expect(page.locator("#from-picture .note")).to_contain_text("cannot be read")
    assert not page.evaluate("window.hacked")
