// Favourites: kept by the browser alone, as slider coordinates with a name and the checkpoint they belong to.

const FAVOURITES = "emoji-qa:favourites";

function isFavourite(one) {
  return Array.isArray(one?.sliders) && one.sliders.length === props.limits.dim && one.sliders.every(Number.isFinite)
    && typeof one.name === "string" && typeof one.checkpoint === "string";
}

/** What the browser has kept, less what cannot be one. */
function stored() {
  try {
    const found = JSON.parse(localStorage.getItem(FAVOURITES) ?? "[]");
    return Array.isArray(found) ? found.filter(isFavourite).slice(0, props.limits.favourites) : [];
  } catch {
    return []; // a browser may refuse to store anything, or hold what somebody else wrote
  }
}

/** Whether the browser keeps them beyond this visit. */
function store(favourites) {
  try {
    localStorage.setItem(FAVOURITES, JSON.stringify(favourites));
    return true;
  } catch {
    return false;
  }
}
