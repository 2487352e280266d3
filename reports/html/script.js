"use strict";
// Rows of a table are sorted by a click on a heading, and layers are filtered by words of
// their names, kinds and verdicts. Without this script all is shown, in the network's order.
for (const table of document.querySelectorAll("table.sort")) {
  const body = table.tBodies[0];
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = row => {
        const cell = row.cells[column], value = cell.dataset.k ?? cell.textContent.trim();
        return value !== "" && !isNaN(value) ? Number(value) : value;
      };
      const compare = (a, b) => typeof a === "number" && typeof b === "number" ? a - b :
        String(a).localeCompare(String(b), "en", {numeric: true});
      [...body.rows].map((row, i) => ({row, i, k: key(row)}))
        .sort((a, b) => (down ? -1 : 1) * compare(a.k, b.k) || a.i - b.i)
        .forEach(x => body.append(x.row));
    });
  });
}
const filter = document.getElementById("filter");
if (filter) {
  filter.parentElement.hidden = false;
  const said = document.getElementById("filtered"), all = [...document.querySelectorAll("[data-layer]")];
  const rows = all.filter(e => e.tagName === "TR");
  filter.addEventListener("input", () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const e of all) e.hidden = !words.every(w => e.dataset.layer.toLowerCase().includes(w));
    said.textContent = words.length ? rows.filter(r => !r.hidden).length + " of " + rows.length : "";
  });
}
// A link into a folded part unfolds it and shows its name.
const land = () => {
  const to = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!to) return;
  for (let e = to.closest("details"); e; e = e.parentElement.closest("details")) e.open = true;
  const layer = to.closest("details.layer");
  if (layer) layer.hidden = false;
  (layer || to).scrollIntoView();
};
addEventListener("hashchange", land);
if (location.hash) land();
