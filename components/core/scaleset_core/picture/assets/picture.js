(() => {
  "use strict";
  const start = (root) => {
    const form = root.querySelector(".filters");
    const count = root.querySelector(".count");
    const cards = [...root.querySelectorAll(".instance")];
    const places = [...root.querySelectorAll(".place")];
    const texts = new Map(cards.map((card) => [card,
      [card.querySelector("strong"), card.querySelector(".address")].map((part) => part?.textContent.toLowerCase() ?? "").join(" ")]));
    const matches = (card, filter) => {
      const wanted = filter.value.trim();
      if (!wanted) return true;
      const key = filter.dataset.filter;
      return key === "name" ? texts.get(card).includes(wanted.toLowerCase()) : card.dataset[key] === wanted;
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
  };
  document.querySelectorAll(".picture").forEach(start);
  const tables = () => [...document.querySelectorAll("details")];
  let closed = [];
  addEventListener("beforeprint", () => { closed = tables().filter((each) => !each.open); closed.forEach((each) => { each.open = true; }); });
  addEventListener("afterprint", () => closed.forEach((each) => { each.open = false; }));
})();
