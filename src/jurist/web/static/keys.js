"use strict";
// Keys of every page. Pages work without this file; nothing here builds markup from data.
const jurist = (() => {
  const find = (selector, root = document) => root.querySelector(selector);
  const memory = {
    get: (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; } },
  };
  const root = document.documentElement;
  const theme = memory.get("theme");
  if (theme === "dark" || theme === "light") root.dataset.theme = theme;
  const flip = () => {
    const now = root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    memory.set("theme", root.dataset.theme);
  };

  // Lists: `.rows tbody tr`, the first link of a row opens it.
  const rows = () => [...document.querySelectorAll(".rows tbody tr")];
  const at = () => rows().findIndex((row) => row.getAttribute("aria-selected") === "true");
  const select = (index) => {
    const all = rows();
    if (!all.length) return;
    const chosen = Math.max(0, Math.min(all.length - 1, index));
    all.forEach((row, place) => row.setAttribute("aria-selected", String(place === chosen)));
    find("a", all[chosen])?.focus({ preventScroll: true });
    all[chosen].scrollIntoView({ block: "nearest" });
  };
  const go = (selector) => find(selector)?.click();

  // What a page adds: `jurist.keys.x = () => ...`, or a link or button with `data-key="x"`.
  const keys = {
    j: () => (rows().length ? select(at() + 1) : go("a[rel=next]")),
    k: () => (rows().length ? select(at() - 1) : go("a[rel=prev]")),
    n: () => go("a[rel=next]"),
    p: () => go("a[rel=prev]"),
    "/": () => find("input[type=search]")?.focus(),
    t: flip,
    "?": () => find("#keys").showModal(),
  };
  const chords = { r: "/runs", c: "/compare", j: "/judges", a: "/annotate" };
  let chord = false;

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") { document.activeElement?.blur(); return; }
    if (event.target.matches("input:not([type=radio], [type=checkbox]), textarea, select")) return;
    if (chord) {
      chord = false;
      const url = chords[event.key];
      if (url && find(`.top nav a[href="${url}"]`)) { event.preventDefault(); location.href = url; }
      return;
    }
    if (event.key === "g") { chord = true; return; }
    if (event.key === "Enter") {
      if (event.target.matches("a, button, summary")) return;
      if (at() >= 0) { find("a", rows()[at()])?.click(); return; }
    }
    const act = keys[event.key] || (/^[a-z0-9]$/i.test(event.key) && find(`[data-key="${event.key}"]`) && (() => go(`[data-key="${event.key}"]`)));
    if (act) { event.preventDefault(); act(); }
  });
  addEventListener("click", (event) => {
    const row = event.target.closest?.(".rows tbody tr");
    if (row && !event.target.closest("a, button, input, label")) find("a", row)?.click();
  });
  return { keys, memory, find };
})();
