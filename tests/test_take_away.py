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
from tests.test_page import PAYLOAD, expect_answers, expect_sliders, sliders
from tests.test_tweet_half import serious


@pytest.fixture
def panel(page):
    page.get_by_role("tab", name="Take away").click()
    return page


def test_custom_emojis_are_small_enough_and_svgs_parse(default):
    for z in default.sample(12, seed=0):
        png, svg = export(default, z, "png", 128), export(default, z, "svg")
        assert len(png) < 128_000 and Image.open(io.BytesIO(png)).size == (128, 128)
        assert len(svg) < 50_000 and ElementTree.fromstring(svg).tag.endswith("svg")


@pytest.mark.parametrize("kind", ["gif", "webp", "apng"])
def test_a_morph_comes_from_the_nearest_emoji(default, kind):
    [z] = default.sample(1, seed=1)
    morph = Image.open(io.BytesIO(export(default, z, kind)))
    assert morph.n_frames == 46 and morph.size == (256, 256)  # 24 there, 22 back


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


def test_files_are_saved(panel):
    panel.evaluate("""() => document.dispatchEvent(new CustomEvent("emoji-qa:go",
        { detail: { sliders: Array(16).fill(0.3), caption: "Own emoji" } }))""")
    expect(panel.locator(".caption")).to_have_text("Own emoji")
    for button, name, kind in (
        ("PNG", "own-emoji-512.png", "PNG"),
        ("Custom emoji", "own-emoji-128.png", "PNG"),
        ("GIF", "own-emoji.gif", "GIF"),
        ("WebP", "own-emoji.webp", "WEBP"),
        ("APNG", "own-emoji.png", "PNG"),
    ):
        with panel.expect_download() as download:
            panel.get_by_role("button", name=button, exact=True).click()
        assert download.value.suggested_filename == name
        picture = Image.open(download.value.path())
        assert picture.format == kind and getattr(picture, "n_frames", 1) == (
            46 if button in ("GIF", "WebP", "APNG") else 1
        )


def test_a_json_is_saved_with_the_tweet_and_opened_again(panel, lively, tmp_path):
    slide(panel, "#axis-2", 1.5)
    come_to_rest(panel, 2)
    panel.fill("#tweet", "so happy")
    expect_answers(panel, lively, "so happy")
    kept = sliders(panel)
    with panel.expect_download() as download:
        panel.get_by_role("button", name="JSON", exact=True).click()
    read = json.loads(download.value.path().read_text())
    assert read["tweet"] == "so happy" and read["checkpoint"] == checkpoint_hash(lively)
    send_to(panel, [0.0] * 16)
    expect_sliders(panel, np.zeros(16))
    file = {"name": "emoji.json", "mimeType": "application/json"}
    panel.set_input_files(".open-file", {**file, "buffer": json.dumps(read).encode()})
    expect_sliders(panel, np.array(kept))
    panel.set_input_files(".open-file", {**file, "buffer": b"<b>no</b>"})
    expect(note(panel)).to_contain_text("holds no emoji")
    panel.set_input_files(".open-file", {**file, "buffer": json.dumps(read).encode()})
    expect(note(panel)).to_have_text("")


def test_a_link_opens_the_same_emoji_and_tweet_elsewhere(panel, open_page, lively):
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


def test_links_of_other_models_and_broken_ones_say_so(panel, open_page, url):
    come_to_rest(panel, 1)
    panel.wait_for_function("document.querySelector('.link').value.includes('#z=')")
    link = panel.input_value(".link")
    other = open_page(link.replace("&m=", "&m=0123"))
    expect(other.locator(".caption")).to_contain_text("another model")
    before = sliders(panel)
    broken = open_page(url + "#z=AAAA&m=x&t=%3Cscript%3E")
    expect(broken.locator("#emoji-half .note")).to_contain_text("damaged")
    assert sliders(broken) == before


def test_favourites_survive_a_reload_and_leave_as_a_zip(panel):
    expect(panel.locator(".export-all")).to_be_disabled()
    panel.locator("#take-away .star").click()
    panel.locator("#take-away .star").click()
    expect(panel.locator("#take-away .note").first).to_contain_text("among them already")
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
    with panel.expect_download() as download:
        panel.locator(".export-all").click()
    listed = json.loads(zipfile.ZipFile(download.value.path()).read("emojis.json"))["emojis"]
    assert [one["name"] for one in listed][1] == "<b>mine</b>" and listed[1]["sliders"][0] == pytest.approx(2, abs=1e-3)
    panel.locator(".favourites .open").last.click()
    expect(panel.locator(".caption")).to_have_text("<b>mine</b>")
    panel.locator(".favourites .remove").first.click()
    expect(panel.locator(".favourites li")).to_have_count(1)


def listed(page) -> list[str]:
    return page.locator(".favourites input").evaluate_all("(names) => names.map((name) => name.value)")


def test_what_was_removed_can_be_put_back(collection):
    names, put_back = names_of(20), collection.get_by_role("button", name="Put back")
    collection.set_viewport_size({"width": 390, "height": 844})
    top = "document.querySelector('.favourites').getBoundingClientRect().top + scrollY"
    before = collection.evaluate(top)
    for row in (19, 3):
        collection.locator(".favourites .remove").nth(row).click()
    expect(note(collection)).to_have_text("Removed.")
    expect(put_back).to_be_focused()
    assert collection.evaluate(top) == before  # the layout is the same
    assert listed(collection) == names[:3] + names[4:19]
    assert not serious(collection)
    put_back.press("Enter")
    expect(collection.locator(".favourites .open").nth(3)).to_be_focused()
    put_back.click()
    expect(put_back).to_be_hidden()
    assert listed(collection) == names
    assert [one["name"] for one in json.loads(collection.evaluate("localStorage['emoji-qa:favourites']"))] == names


def test_two_windows_of_one_browser_keep_the_same_favourites(panel):
    other = panel.context.new_page()
    other.goto(panel.url)
    wait_until_started(other)
    other.get_by_role("tab", name="Take away").click()
    other.locator("#take-away .star").click()
    expect(panel.locator(".favourites li")).to_have_count(1)
    slide(panel, "#axis-1", 2)
    come_to_rest(panel, 2)
    panel.locator("#take-away .star").click()
    expect(other.locator(".favourites li")).to_have_count(2)


def test_renaming_leaves_the_focus_where_it_goes(collection):
    name = collection.locator(".favourites input").nth(5)
    name.fill("  mine ")
    name.press("Tab")
    expect(collection.get_by_role("button", name="Mix mine")).to_be_focused()
    assert listed(collection)[5] == "mine"


def test_a_favourite_goes_into_the_mix(collection, lively):
    for row in (0, 9):
        collection.get_by_role("tab", name="Take away").click()
        collection.locator(".favourites .mix").nth(row).click()
        expect(collection.get_by_role("tab", name="Mix")).to_have_attribute("aria-selected", "true")
        expect(collection.locator("#mix .ingredients")).to_contain_text(names_of(20)[row])
    between = lively.latent.to_z([[0] * 16, [0.9] * 16]).mean(axis=0, keepdims=True)
    expect_sliders(collection, lively.latent.from_z(between)[0])


def open_json(page, read: object) -> None:
    content = json.dumps(read).encode()
    page.set_input_files(".open-file", {"name": "emojis.json", "mimeType": "application/json", "buffer": content})


def test_the_json_of_a_zip_is_opened_again(collection, open_page):
    read = json.loads(unzipped(collection, "Export all as a zip").read("emojis.json"))
    other = open_page(own=True)
    other.get_by_role("tab", name="Take away").click()
    open_json(other, read)
    expect(note(other)).to_have_text("20 favourites more.")
    assert listed(other) == names_of(20)
    other.locator(".favourites .open").nth(9).click()
    expect_sliders(other, np.full(16, 0.9))
    open_json(other, {"emojis": read["emojis"] * 10})
    expect(note(other)).to_have_text("200 favourites are the most. Remove some first.")
    open_json(other, {"emojis": [read["emojis"][0], {"z": "?"}]})
    expect(note(other)).to_contain_text("holds no emoji")
    assert len(listed(other)) == 20


def test_what_comes_from_another_model_says_so(panel, lively):
    alien = {"z": [0.5] * 16, "name": "alien", "checkpoint": "0" * 64}
    open_json(panel, alien)
    expect(panel.locator(".caption")).to_have_text("alien, of another model: the nearest that this one can draw")
    open_json(panel, {"emojis": [alien]})
    expect(note(panel)).to_have_text("A favourite more.")
    panel.locator(".favourites .open").click()
    expect(panel.locator(".caption")).to_have_text("alien, made with another model: it may look different here")


def names_of(count: int) -> list[str]:
    return ["../../etc/passwd", PAYLOAD[:60], "CON", "\u202eäöü 🎉", *(f"twin {i // 2}" for i in range(count - 4))]


def kept_by_the_browser(model) -> str:
    """A script that stores twenty favourites in the browser, some of which have the same name."""
    kept = [
        {"sliders": [i / 10] * 16, "name": name, "checkpoint": checkpoint_hash(model)}
        for i, name in enumerate(names_of(20))
    ]
    return f"localStorage.setItem('emoji-qa:favourites', {json.dumps(json.dumps(kept))});"


@pytest.fixture
def collection(open_page, lively):
    page = open_page(script=kept_by_the_browser(lively))
    page.get_by_role("tab", name="Take away").click()
    expect(page.locator(".favourites li")).to_have_count(20)
    return page


def note(page):
    return page.locator("#take-away .note").first


def told(page):
    return page.locator(".export-note")


def unzipped(page, button: str) -> zipfile.ZipFile:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    assert download.value.suggested_filename == "emojis.zip"
    return zipfile.ZipFile(download.value.path())


def third_piece(page, handle) -> None:
    """Lets `handle` answer the page's third call for files instead of the server."""
    calls = []

    def watch(route):
        calls.append("draw_files" in route.request.post_data)
        handle(route) if calls[-1] and sum(calls) == 3 else route.continue_()

    page.route("**/component_server**", watch)


def test_all_favourites_are_packed_in_the_browser(windows, default_url, default):
    page = windows(default_url, lambda page: page.add_init_script(kept_by_the_browser(default)))
    page.get_by_role("tab", name="Take away").click()
    file = unzipped(page, "Export all as a zip")
    expect(told(page)).to_have_text("emojis.zip is saved, with 20 of 20.")
    assert file.testzip() is None
    assert file.namelist()[-1] == "emojis.json"
    for name, (i, kind) in zip(
        file.namelist(), ((i, kind) for i in range(1, 21) for kind in ("png", "svg")), strict=False
    ):
        assert re.fullmatch(rf"{i:03}(-[^/]+)?\.{kind}", name), name
    listed = json.loads(file.read("emojis.json"))["emojis"]
    assert [one["name"] for one in listed] == names_of(20)
    z = default.latent.to_z([[0.9] * 16])[0]
    files = file.namelist()[18:20]
    assert listed[9] == {"files": files, "name": names_of(20)[9], **as_dict(default, z)}
    assert [file.read(name) for name in files] == [export(default, z, "png", 128), export(default, z, "svg")]


def test_a_failed_piece_loses_nothing(collection):
    third_piece(collection, lambda route: route.abort())
    collection.get_by_role("button", name="Export all as a zip").click()
    expect(told(collection)).to_contain_text("No answer from the server.")
    expect(told(collection)).to_contain_text("16 of 20 are ready.")
    assert len(unzipped(collection, "Save the 16 that are ready").namelist()) == 17  # no SVGs without flat colours
    assert len(unzipped(collection, "Go on with the zip").namelist()) == 21


def test_packing_shows_progress_and_stops_and_leaves_the_keyboard_alone(collection, lively):
    held = []
    third_piece(collection, held.append)
    collection.get_by_role("button", name="Export all as a zip").click()
    expect(told(collection)).to_have_text("16 of 20 …")
    expect(collection.get_by_role("button", name="Stop", exact=True)).to_be_focused()
    collection.locator("#tweet").press_sequentially("so happy")
    expect_answers(collection, lively, "so happy")
    collection.get_by_role("button", name="Stop", exact=True).click()
    expect(told(collection)).to_have_text("Stopped: 16 of 20 are ready.")
    with collection.expect_response("**/component_server**"):
        held[0].continue_()  # a late response adds nothing
    expect(collection.get_by_role("button", name="Save the 16 that are ready")).to_be_visible()
    assert not serious(collection)
    collection.locator(".favourites .remove").last.click()
    collection.locator(".favourites .remove").first.click()
    file = unzipped(collection, "Go on with the zip")
    assert [one["name"] for one in json.loads(file.read("emojis.json"))["emojis"]] == names_of(20)[1:-1]


def test_a_browser_that_stores_nothing_says_so(open_page):
    page = open_page(script="Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked'); } });")
    page.get_by_role("tab", name="Take away").click()
    page.locator("#take-away .star").click()
    expect(page.locator(".favourites li")).to_have_count(1)
    expect(note(page)).to_contain_text("stores nothing")


def test_a_drawing_becomes_an_emoji(page):
    come_to_rest(page, 1)
    before = sliders(page)
    page.get_by_role("tab", name="Picture").click()
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


def upload(page, image):
    """Chooses a picture (36, 36, 4) uint8 as a file in the tab Picture."""
    page.get_by_role("tab", name="Picture").click()
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    page.set_input_files(".picture-file", {"name": "x.png", "mimeType": "image/png", "buffer": buffer.getvalue()})
    expect(page.locator("#from-picture .note")).to_contain_text("dB:")


def test_a_picture_is_uploaded_and_told_how_near_its_reconstruction_is(page, lively):
    image = lively.emojis.images[0]
    upload(page, image)
    expect_sliders(page, lively.latent.from_z(lively.encode(image[None]))[0])
    page.locator(".candidate .name").fill("<b>very happy</b>")
    page.locator(".candidate .keywords").fill("so happy, joy")
    page.get_by_role("button", name="Add it for this visit").click()
    page.fill("#tweet", "so happy joy")
    page.locator(".choice.many button").last.click()
    expect(page.locator(".answers")).to_contain_text("<b>very happy</b>")
    page.set_input_files(
        ".picture-file", {"name": "x.png", "mimeType": "image/png", "buffer": b"<svg onload=hacked=1>"}
    )
    expect(page.locator("#from-picture .note")).to_contain_text("cannot be read")
    assert not page.evaluate("window.hacked")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_no_serious_finding_of_axe_on_the_tabs_picture_and_take_away(open_page, lively, scheme, width):
    page = open_page(viewport={"width": width, "height": 844}, color_scheme=scheme, reduced_motion="reduce")
    page.get_by_role("tab", name="Picture").click()
    assert not serious(page)
    upload(page, lively.emojis.images[0])
    assert not serious(page)
    page.get_by_role("tab", name="Take away").click()
    assert not serious(page)
    page.locator("#take-away .star").click()
    expect(page.locator(".favourites li")).to_have_count(1)
    assert not serious(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
