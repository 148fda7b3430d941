"""Recipes that were ranked for a tweet, dealt to pages on which few are alike."""

from collections.abc import Callable, Iterable, Iterator

from emoji_qa.remix.moods import MOODS
from emoji_qa.remix.recipes import Recipe
from emoji_qa.remix.words import GENERIC

MOST = {"corner": 3, "frame": 1, "hat": 1, "on": 1, "extra": 1, "crossed": 1}  # of a kind among six
ALIKE = 2  # of one expression, and of one thing: beyond the best few, answers are often beside the point
FEW = 2  # bodies of GENERIC on a page


def deal(order: Iterable[Recipe], k: int, pages: int, few: int = FEW) -> Iterator[list[Recipe]]:
    """Recipes, best first, dealt to at most `pages` pages of k. A page has few of one kind, one thing or one
    expression, and at most `few` whose body is one of GENERIC, which fit almost any tweet."""
    left = list(order)
    for _ in range(pages):
        page: list[Recipe] = []
        # One thing, and then one kind, comes more often only if there is nothing else.
        for most, kinds in ((ALIKE, MOST), (k, MOST), (k, {})):
            for recipe in left:
                is_new = recipe not in page and _alike(recipe, page, _things) < most
                if len(page) < k and is_new and _fits(recipe, page, kinds, few):
                    page.append(recipe)
        left = [recipe for recipe in left if recipe not in page]
        if page:
            yield page


def _alike(recipe: Recipe, page: list[Recipe], of: Callable[[Recipe], set]) -> int:
    return sum(bool(of(recipe) & of(other)) for other in page)


def _things(recipe: Recipe) -> set[tuple[str, str]]:
    """What a recipe is made of beside its face, by the place it has there."""
    named = {"body": recipe.body, "corner": recipe.corner, "on": recipe.on, "hat": recipe.hat}
    return {(place, char) for place, char in named.items() if char and char not in MOODS}


def _faces(recipe: Recipe) -> set[tuple[str | None, str | None]]:
    own = recipe.body if recipe.body in MOODS and not recipe.eyes else None
    return {(eyes, mouth) for eyes, mouth in [(recipe.eyes or own, recipe.mouth or own)] if eyes or mouth}


def _fits(recipe: Recipe, page: list[Recipe], kinds: dict[str, int], few: int) -> bool:
    if [other.kind for other in page].count(recipe.kind) >= kinds.get(recipe.kind, len(page) + 1):
        return False
    if recipe.body in GENERIC and sum(other.body in GENERIC for other in page) >= few:
        return False
    return _alike(recipe, page, _faces) < ALIKE
