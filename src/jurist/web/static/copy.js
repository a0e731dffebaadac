"use strict";
// Buttons with `data-copy="#a, #b"`: the texts of these nodes, each after its title, are copied.
addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const nodes = [...document.querySelectorAll(button.dataset.copy)];
  const several = nodes.length > 1;
  const text = nodes.map((node) => (several ? node.title + ":\n" : "") + node.textContent).join("\n\n");
  const said = document.querySelector("#copied");
  try {
    await navigator.clipboard.writeText(text);
    said.textContent = "Copied.";
  } catch {
    said.textContent = "The browser does not let this page copy.";
  }
});
for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
