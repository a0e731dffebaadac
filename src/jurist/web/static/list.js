"use strict";
// Lists: x marks the row that is selected where rows can be marked; on a narrow screen filters wait.
(() => {
  if (jurist.find(".rows .mark"))
    jurist.keys.x = () => jurist.find('.rows tr[aria-selected="true"] .mark input')?.click();
  if (matchMedia("(max-width: 60rem)").matches)
    for (const filters of document.querySelectorAll(".facets > details")) {
      filters.open = false;
      jurist.find("summary", filters).classList.remove("sr");
    }
})();
