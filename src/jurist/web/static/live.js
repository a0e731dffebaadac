"use strict";
// Runs under way: counts as they change. Nothing here builds markup from data.
(() => {
  const number = (value) => value.toLocaleString("en");
  for (const panel of document.querySelectorAll("[data-events]")) {
    const at = (name, root = panel) => jurist.find(`[data-live="${name}"]`, root);
    const say = (name, text) => { const place = at(name); if (place) place.textContent = text; };
    let first = null;
    const tell = (event) => {
      const told = JSON.parse(event.data);
      for (const [name, [done, total]] of Object.entries(told.stages)) {
        const stage = jurist.find(`[data-stage="${name}"]`, panel);
        if (!stage) continue;
        const bar = jurist.find("progress", stage);
        bar.max = total;
        bar.value = done;
        at("count", stage).textContent = `${number(done)} of ${number(total)}`;
      }
      say("failed", `${number(told.failed)} failed`);
      say("left", told.left ? `about ${told.left} left` : "no speed known yet");
      say("state", told.state);
      first ??= Number(panel.dataset.done);
      const fresh = at("fresh");
      if (fresh && told.done > first) {
        fresh.hidden = false;
        fresh.textContent = `${number(told.done - first)} new results: show them`;
      }
      return told;
    };
    const source = new EventSource(panel.dataset.events);
    source.addEventListener("message", tell);
    source.addEventListener("end", (event) => {
      source.close();
      const told = tell(event);
      say("left", told.state === "finished" ? "all is done" : "nobody is at work on it");
    });
  }
})();
