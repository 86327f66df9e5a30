"use strict";
for (const section of document.querySelectorAll("section.students")) {
  const table = section.querySelector("table"), body = table.tBodies[0], rows = [...body.rows];
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const key = (row, i) => row.cells[i].dataset.v ?? row.cells[i].textContent.trim();
  [...table.tHead.rows[0].cells].forEach((head, i) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      rows.sort((a, b) => {
        const [x, y] = [key(a, i), key(b, i)];
        if ((x === "") !== (y === "")) return x === "" ? 1 : -1;
        return (down ? -1 : 1) * collator.compare(x, y);
      });
      body.append(...rows);
    });
  });
  const search = section.querySelector(".search"), field = search.querySelector("input"), told = search.querySelector("output");
  search.hidden = false;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      shown += !row.hidden;
    }
    told.textContent = words.length ? `${shown} of ${rows.length} shown` : "";
  });
}
