/* Makes the table of "Which mode?" a chooser. All facts are read from the table; without this script it stays a table. */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const heads = (table) => [...table.querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
  const table = [...document.querySelectorAll("table")].find((each) => heads(each)[0] === "If you need");
  if (!table) return;
  const modes = heads(table).slice(1, 3);
  const rows = [...table.querySelectorAll("tbody tr")];
  const verdict = document.createElement("p");
  verdict.className = "chooser-verdict";
  verdict.setAttribute("role", "status");
  const clear = document.createElement("button");
  clear.type = "button";
  clear.className = "md-button";
  clear.textContent = "Unmark all";

  const boxes = rows.map((row) => {
    const cell = row.cells[0];
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    label.append(box, " ", ...cell.childNodes);
    cell.replaceChildren(label);
    box.addEventListener("change", show);
    return box;
  });

  function show() {
    const wanted = rows.filter((_, index) => boxes[index].checked);
    const lacks = modes.map((_, mode) => wanted.filter((row) => row.cells[mode + 1].textContent.trim() === "no").length);
    rows.forEach((row, index) => row.classList.toggle("chooser-wanted", boxes[index].checked));
    clear.hidden = wanted.length === 0;
    if (!wanted.length) verdict.textContent = "Nothing is marked: Flexible, the mode that Microsoft recommends.";
    else if (!lacks[0] || !lacks[1]) verdict.textContent = `${modes[lacks[0] ? 1 : 0]}: it has all that you marked.`;
    else
      verdict.textContent =
        `No mode has all of it: ${modes[0]} lacks ${lacks[0]}, ${modes[1]} lacks ${lacks[1]} of what you marked. ` +
        "Look in the last column for another way, or use two sets.";
  }
  clear.addEventListener("click", () => { boxes.forEach((box) => { box.checked = false; }); show(); });
  const place = table.closest(".md-typeset__scrollwrap") || table;
  place.before(verdict, clear);
  show();
});
