"use strict";
// Lists: x marks the row that is selected where rows can be marked; on a narrow screen filters wait.
(() => {
  if (jurist.find(".rows .pick"))
    jurist.keys.x = () => jurist.find('.rows tr[aria-selected="true"] .pick input')?.click();
  if (matchMedia("(max-width: 60rem)").matches)
    for (const filters of document.querySelectorAll(".facets > details")) {
      filters.open = false;
      jurist.find("summary", filters).classList.remove("sr");
    }
})();
