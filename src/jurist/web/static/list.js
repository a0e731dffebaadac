"use strict";
// Lists: x marks the row that is selected, where its rows can be marked.
(() => {
  if (!jurist.find(".rows .mark")) return;
  jurist.keys.x = () => jurist.find('.rows tr[aria-selected="true"] .mark input')?.click();
})();
