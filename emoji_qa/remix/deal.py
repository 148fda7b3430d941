"""Recipes that were ranked for a tweet, dealt to pages on which few are alike."""

from collections.abc import Callable, Iterable, Iterator

from emoji_qa.remix.moods import MOODS
from emoji_qa.remix.recipes import Recipe

MOST = {"corner": 4, "frame": 1, "hat": 2, "on": 1, "extra": 1, "crossed": 1}  # of a kind among six
FACES, THINGS = 2, 3  # of one expression, and of one thing: beyond the best few, answers are often beside the point


def deal(order: Iterable[Recipe], k: int, pages: int) -> Iterator[list[Recipe]]:
    """Recipes, best first, dealt to at most `pages` pages of k. A page has few of one kind, one thing or one
    expression."""
    left = list(order)
    for _ in range(pages):
        page: list[Recipe] = []
        # One thing, and then one kind, comes more often only if there is nothing else.
        for most, kinds in ((THINGS, MOST), (k, MOST), (k, {})):
            for recipe in left:
                is_new = recipe not in page and _alike(recipe, page, _things) < most
                if len(page) < k and is_new and _fits(recipe, page, kinds):
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


def _fits(recipe: Recipe, page: list[Recipe], kinds: dict[str, int]) -> bool:
    if [other.kind for other in page].count(recipe.kind) >= kinds.get(recipe.kind, len(page) + 1):
        return False
    return _alike(recipe, page, _faces) < FACES
