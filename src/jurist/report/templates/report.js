"use strict";
// The list of cases: chosen, counted and sorted by the index of the file, whose entries stand in
// the order of the answers. An answer lies as text until it is shown; whatever is data in it was
// escaped where the file was made. What is chosen stands in the address: #generator=a&level=1.
(() => {
  const PAGE = 50, MOST = 12;
  const byId = (id) => document.getElementById(id);
  const texts = document.querySelectorAll("script.answer");
  const items = JSON.parse(byId("index").textContent);
  items.forEach((item, place) => (item.place = place));
  // Of answers, then of the rulings on them: the name in the address, the heading.
  const OF_ANSWERS = { generator: "Generator", dataset: "Dataset", origin: "Questions", outcome: "Answer", tag: "Tag" };
  const OF_RULINGS = { level: "Score", relation: "Reference and answer", judge: "Judge", proof: "Proof", kind: "Kind of mistake", failed: "Failed" };
  const ORDER = ["level", "relation", "kind", "outcome", "generator", "judge", "origin", "proof", "failed", "dataset", "tag"];
  const HEADINGS = { ...OF_ANSWERS, ...OF_RULINGS };
  let chosen = new Map(), shown = PAGE, found = [];

  const read = () => {
    const asked = new URLSearchParams(location.hash.slice(1));
    chosen = new Map(ORDER.map((name) => [name, new Set(asked.getAll(name))]));
    byId("q").value = asked.get("q") || "";
    byId("sort").value = ["worst", "best", "case"].includes(asked.get("sort")) ? asked.get("sort") : "worst";
  };
  const address = (changed) => {
    const pairs = [];
    for (const [name, values] of chosen) for (const value of changed?.[name] || values) pairs.push([name, value]);
    if (byId("q").value.trim()) pairs.push(["q", byId("q").value.trim()]);
    if (byId("sort").value !== "worst") pairs.push(["sort", byId("sort").value]);
    return "#" + new URLSearchParams(pairs);
  };
  const toggled = (name, value) => {
    const values = new Set(chosen.get(name));
    if (!values.delete(value)) values.add(value);
    return address({ [name]: values });
  };

  const values = (item, name) => [item[name]].flat();
  const fits = (item, name) => !chosen.get(name).size || values(item, name).some((value) => chosen.get(name).has(value));
  // An answer is shown for its rulings that fit all that is asked of rulings.
  const rulings = (item, but) => item.rulings.filter((ruling) => Object.keys(OF_RULINGS).every((name) => name === but || fits(ruling, name)));
  const having = (text) => (item) => !text || item.searched.includes(text);

  const make = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) if (value != null) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };
  const marks = byId("marks").content;
  const marked = (name, value) => [...marks.querySelectorAll("[data-of]")].find((mark) => mark.dataset.of === name + " " + value)?.firstElementChild.cloneNode(true) || make("bdi", {}, value);

  // Every value of every dimension once, as a link that is kept: what is pressed keeps the focus.
  const facets = ORDER.map((name) => {
    const of = (item) => (name in OF_ANSWERS ? values(item, name) : item.rulings.map((ruling) => ruling[name]));
    const counts = new Map();
    for (const item of items) for (const value of new Set(of(item))) if (value) counts.set(value, (counts.get(value) || 0) + 1);
    const all = [...counts.keys()];
    if (name === "level") all.sort();
    else all.sort((a, b) => counts.get(b) - counts.get(a) || (a < b ? -1 : 1));
    const links = new Map(all.map((value) => {
      const svg = marked("bar", "");
      const count = make("span", {}), link = make("a", {}, make("span", {}, marked(name, value)), svg, count);
      return [value, { link, bar: svg.querySelector("rect"), count, row: make("li", {}, link) }];
    }));
    const rows = [...links.values()].map(({ row }) => row);
    const rest = rows.length > MOST + 2 ? rows.splice(MOST) : [];
    const box = make("div", {}, make("h3", {}, HEADINGS[name]), make("ul", {}, ...rows));
    if (rest.length) box.append(make("details", {}, make("summary", {}, rest.length + " more"), make("ul", {}, ...rest)));
    box.hidden = all.length < 2;
    byId("facets").append(box);
    return { name, links };
  });
  const count = (candidates) => {
    for (const { name, links } of facets) {
      const counts = new Map();
      const others = Object.keys(OF_ANSWERS).filter((other) => other !== name);
      for (const item of candidates) {
        if (!others.every((other) => fits(item, other))) continue;
        const left = rulings(item, name);
        if (!left.length) continue;
        for (const value of new Set(name in OF_ANSWERS ? values(item, name) : left.map((ruling) => ruling[name]))) counts.set(value, (counts.get(value) || 0) + 1);
      }
      const most = Math.max(1, ...counts.values());
      for (const [value, { link, bar, count, row }] of links) {
        const number = counts.get(value) || 0;
        link.href = toggled(name, value);
        chosen.get(name).has(value) ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
        bar.setAttribute("width", (100 * number) / most + "%");
        count.textContent = number.toLocaleString("en");
        row.className = number ? "" : "none";
      }
    }
  };

  const node = (item) => (item.node ||= document.adoptNode(new DOMParser().parseFromString(texts[item.place].textContent, "text/html").body.firstElementChild));
  const more = () => {
    byId("list").append(...found.slice(byId("list").childElementCount, shown).map(node));
    byId("more").hidden = found.length <= shown;
  };
  const render = () => {
    const candidates = items.filter(having(byId("q").value.trim().toLowerCase()));
    const left = new Map();
    for (const item of candidates) if (Object.keys(OF_ANSWERS).every((name) => fits(item, name))) left.set(item, rulings(item));
    found = [...left.keys()].filter((item) => left.get(item).length);
    // No score is neither bad nor good: it comes last either way.
    const scores = (item) => left.get(item).map((ruling) => ruling.score).filter((score) => score != null);
    const keys = { worst: (item) => Math.min(9, ...scores(item)), best: (item) => -Math.max(-9, ...scores(item)), case: () => 0 };
    const key = new Map(found.map((item) => [item, keys[byId("sort").value](item)]));
    found.sort((a, b) => key.get(a) - key.get(b) || (a.case < b.case ? -1 : a.case > b.case ? 1 : 0) || (a.generator < b.generator ? -1 : 1));
    byId("list").replaceChildren();
    const beyond = +byId("list").dataset.leftOut;
    byId("count").textContent = found.length.toLocaleString("en") + " of " + items.length.toLocaleString("en") + " answers" + (beyond ? "; " + beyond.toLocaleString("en") + " more are not in this file" : "");
    const chips = [...chosen].flatMap(([name, all]) => [...all].map((value) => make("a", { class: "chip", href: toggled(name, value), "aria-label": "Remove the filter " + value }, make("bdi", {}, value), " ×")));
    if (chips.length) chips.push(make("a", { class: "quiet", href: "#all" }, "clear"));
    byId("chips").replaceChildren(...chips);
    count(candidates);
    more();
  };

  byId("more").addEventListener("click", () => {
    const next = shown;
    shown += PAGE;
    more();
    byId("list").children[next]?.querySelector("summary").focus();
  });
  const rewritten = () => {
    history.replaceState(null, "", address());
    shown = PAGE;
    render();
  };
  byId("q").addEventListener("input", rewritten);
  byId("sort").addEventListener("input", rewritten);
  addEventListener("hashchange", () => {
    shown = PAGE;
    read();
    render();
    // What a number above the list leads to is below.
    if (!document.activeElement?.closest("#cases")) byId("cases").scrollIntoView();
  });
  if (matchMedia("(max-width: 60rem)").matches) document.querySelector(".facets details").open = false;
  read();
  render();
})();
