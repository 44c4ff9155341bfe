(() => {
  "use strict";
  const form = document.getElementById("filters");
  const count = document.getElementById("count");
  const cards = [...document.querySelectorAll(".instance")];
  const places = [...document.querySelectorAll(".place")];
  const matches = (card, filter) => {
    const wanted = filter.value.trim();
    if (!wanted) return true;
    const key = filter.dataset.filter;
    if (key === "name") return card.querySelector("strong").textContent.toLowerCase().includes(wanted.toLowerCase());
    return card.dataset[key] === wanted;
  };
  const apply = () => {
    const filters = [...form.querySelectorAll("[data-filter]")];
    let shown = 0;
    for (const card of cards) {
      card.hidden = !filters.every((filter) => matches(card, filter));
      if (!card.hidden) shown += 1;
    }
    for (const place of places) place.hidden = !place.querySelector(".instance:not([hidden])");
    count.textContent = `${shown} of ${cards.length} instances shown`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  apply();
})();
