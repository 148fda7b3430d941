// Favourites: kept by the browser alone, as slider coordinates with a name and the checkpoint they belong to.

const FAVOURITES = "emoji-qa:favourites";

function isFavourite(one) {
  return Array.isArray(one?.sliders) && one.sliders.length === props.limits.dim && one.sliders.every(Number.isFinite)
    && typeof one.name === "string" && typeof one.checkpoint === "string";
}

/** What the browser has kept, less what cannot be one. */
function stored() {
  try {
    const found = JSON.parse(recall(FAVOURITES) ?? "[]");
    return Array.isArray(found) ? found.filter(isFavourite).slice(0, props.limits.favourites) : [];
  } catch {
    return []; // what somebody else wrote
  }
}

/** Whether the browser keeps them beyond this visit. */
const store = (favourites) => retain(FAVOURITES, JSON.stringify(favourites));
