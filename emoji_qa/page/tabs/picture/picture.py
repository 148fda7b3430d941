"""A picture that the visitor brings or draws: its code, and what the model makes of it.

Its browser side: picture.html, picture.js, drawing_board.js.
"""

import base64

from emoji_qa.answerer import Answerer
from emoji_qa.images.alpha import premultiply
from emoji_qa.images.upload import fit_picture, open_picture
from emoji_qa.models.vae import psnr
from emoji_qa.page.emoji.emoji import rounded
from emoji_qa.page.server.panel import Panel
from emoji_qa.page.server.png import EmojiPictures, to_png, to_uri
from emoji_qa.page.server.rpc import text

MOST = 4_000_000  # bytes of a file
SHOWN = 144  # pixels of the reconstruction


def picture_panel(model: Answerer, pictures: EmojiPictures) -> Panel:
    """The tab. pictures: of real emojis; not used here, but all tabs take the same arguments."""

    def encode_picture(file: object) -> dict:
        """A picture file in base64 → {"sliders", "seen": the picture as the model sees it, "made": what the model
        decodes from its code, both PNGs, "psnr": how close the two are, in dB}."""
        packed = text(file, "The picture")
        if len(packed) > MOST * 4 // 3 + 4:
            raise ValueError(f"The picture is too large: {MOST // 1_000_000} MB are the most.")
        try:
            content = base64.b64decode(packed, validate=True)
        except ValueError as error:
            raise ValueError("The picture did not arrive whole. Try again.") from error
        seen = fit_picture(open_picture(content))
        if not seen[..., 3].any():
            raise ValueError("There is nothing on this picture.")
        z = model.encode(seen[None])
        near = psnr(premultiply(seen[None]), premultiply(model.decode(z))).item()
        return {
            "sliders": rounded(model.latent.from_z(z)[0]),
            "seen": to_uri(to_png(seen)),
            "made": to_uri(to_png(model.decode(z, size=SHOWN)[0])),
            "psnr": round(near, 1),
        }

    return Panel(
        "from-picture",
        "Picture",
        "tabs/picture/picture.html",
        ("tabs/picture/picture.css",),
        "tabs/picture/picture.js",
        (encode_picture,),
        {"most": MOST},
    )
