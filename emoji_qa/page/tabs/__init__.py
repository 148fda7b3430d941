"""The tabs beside the sliders, one folder each; this is the list of them."""

from emoji_qa.page.tabs.map.map import map_panel
from emoji_qa.page.tabs.mix.mix import mix_panel
from emoji_qa.page.tabs.picture.picture import picture_panel
from emoji_qa.page.tabs.take_away.take_away import take_away_panel

TABS = (mix_panel, map_panel, picture_panel, take_away_panel)  # (model, pictures) → a Panel
