"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const items = data.items;
  const PAGE = 50;
  let shown = PAGE;

  // Everything that comes from data goes through textContent: nothing of it is ever markup.
  const make = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    for (const child of children) if (child != null) node.append(child);
    return node;
  };
  const SVG = "http://www.w3.org/2000/svg";
  const draw = (tag, attributes, text) => {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    if (text != null) node.textContent = text;
    return node;
  };
  const byId = (id) => document.getElementById(id);
  const level = (score) => (score == null ? "none" : "s" + Math.min(5, Math.max(1, Math.round(score))));
  const relationTone = (r) => (r === "equivalent" ? "good" : r === "undecided" ? "warn" : "bad");

  const fill = (id, key) => {
    for (const value of [...new Set(items.map((i) => i[key]).filter(Boolean))].sort())
      byId(id).append(make("option", { value }, value));
  };
  fill("f-generator", "generator");
  fill("f-judge", "judge");
  fill("f-origin", "origin");
  fill("f-relation", "relation");

  const DAY = 86400000;
  const ago = (ms) => {
    if (ms < 0) return "in the future";
    if (ms < 1000) return ms === 0 ? "now" : ms + " ms ago";
    if (ms < 3600000) return Math.round(ms / 60000) + " min ago";
    if (ms < 2 * DAY) return +(ms / 3600000).toFixed(1) + " h ago";
    return +(ms / DAY).toFixed(1) + " days ago";
  };
  const show = (value) => (typeof value === "object" && value !== null ? JSON.stringify(value) : String(value));
  const pairs = (o) => Object.entries(o || {}).map(([k, v]) => k + " = " + show(v)).join(", ");

  // A witness as a picture: one lane an event name, time from the left to now at the right.
  const timeline = (customer, now, label) => {
    const events = (customer.events || []).map((e) => ({ ...e, age: now - Date.parse(e.time) }));
    const traits = pairs(customer.traits);
    const box = make("div", {});
    const words = [label, traits && "traits: " + traits].filter(Boolean).join(" · ");
    if (words) box.append(make("p", { class: "cap" }, words));
    const linked = Object.keys(customer.entities || {}).length ? JSON.stringify(customer.entities) : "";
    if (linked) box.append(make("p", { class: "cap" }, "related: " + linked));
    if (!events.length) {
      box.append(make("p", { class: "cap" }, "no events"));
      return box;
    }
    const names = [...new Set(events.map((e) => e.name))];
    const width = 760, left = 170, right = 700, lane = 44, top = 14;
    const height = top + names.length * lane + 28;
    const furthest = Math.max(...events.map((e) => e.age), 1);
    const at = (age) => right - (right - left) * Math.max(0, age) / (furthest * 1.08);
    const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, class: "timeline", role: "img" });
    svg.append(draw("title", {}, "Events of the witness over time"));
    svg.append(draw("line", { x1: right, x2: right, y1: 4, y2: height - 22, stroke: "var(--accent)", "stroke-width": 2 }));
    svg.append(draw("text", { x: right, y: height - 8, "text-anchor": "middle" }, "now"));
    names.forEach((name, row) => {
      const y = top + row * lane + 14;
      svg.append(draw("line", { x1: left, x2: right, y1: y, y2: y, stroke: "var(--line)" }));
      svg.append(draw("text", { x: left - 10, y: y + 4, "text-anchor": "end" }, name.length > 24 ? name.slice(0, 23) + "…" : name));
      let lastX = -100, up = false;
      for (const e of events.filter((e) => e.name === name).sort((a, b) => b.age - a.age)) {
        const x = at(e.age);
        const dot = draw("circle", { cx: x, cy: y, r: 5.5, fill: "var(--accent)" });
        dot.append(draw("title", {}, [ago(e.age), pairs(e.properties), pairs(e.context)].filter(Boolean).join("\n")));
        svg.append(dot);
        up = x - lastX < 90 ? !up : false;
        const detail = pairs(e.properties);
        const text = ago(e.age) + (detail ? ": " + detail : "");
        const anchor = x > 560 ? "end" : x < left + 60 ? "start" : "middle";
        svg.append(draw("text", { x, y: up ? y - 10 : y + 20, "text-anchor": anchor }, text.length > 46 ? text.slice(0, 45) + "…" : text));
        lastX = x;
      }
    });
    box.append(svg);
    return box;
  };
  const picture = (witness) => {
    const subject = witness.subject;
    const now = Date.parse(subject.now);
    const box = make("div", {});
    box.append(make("p", { class: "story" }, witness.story));
    if (subject.customer) box.append(timeline(subject.customer, now, ""));
    else if (subject.account) {
      box.append(make("p", { class: "cap" }, "account: " + (pairs(subject.account.traits) || "no traits")));
      (subject.account.users || []).forEach((user, n) => box.append(timeline(user, now, "user " + (n + 1))));
      if (!(subject.account.users || []).length) box.append(make("p", { class: "cap" }, "no users"));
    }
    return box;
  };

  const block = (caption, text) => make("div", {}, make("p", { class: "cap" }, caption), make("pre", {}, text));
  const body = (item) => {
    const box = make("div", { class: "body" });
    box.append(make("p", { class: "cap" }, "question" + (item.style ? " (" + item.style + ")" : "") + (item.faithful === false ? " · does not say all that the query says" : "")), make("p", {}, item.question));
    box.append(make("div", { class: "pair" },
      block("reference", item.reference ?? "unbuildable: the right answer is a refusal"),
      block("candidate", item.candidate ?? (item.refusal != null ? "refused: " + item.refusal : "no answer: " + item.failure))));
    if (item.difference.length) {
      const diff = make("div", { class: "diff" });
      const sign = { same: "  ", only_reference: "− ", only_candidate: "+ " };
      for (const [depth, label, mark] of item.difference)
        diff.append(make("div", { class: mark }, sign[mark] + "  ".repeat(depth) + label));
      box.append(make("p", { class: "cap" }, "difference of the trees: − only in the reference, + only in the candidate"), diff);
    }
    box.append(make("p", { class: "cap" }, "verdict of " + item.judge + (item.method ? ", by " + item.method.replace("_", " ") : "")));
    box.append(make("p", { class: "reason" }, item.reasoning || item.unscored || ""));
    for (const note of item.notes) box.append(make("p", { class: "cap" }, note));
    for (const witness of item.witnesses) box.append(picture(witness));
    if (item.tags.length) box.append(make("p", { class: "cap" }, "tags: " + item.tags.join(", ")));
    return box;
  };
  const row = (item) => {
    const summary = make("summary", {},
      make("span", { class: "score " + level(item.score) }, item.score == null ? "–" : String(+item.score.toFixed(2))),
      make("span", {}, make("b", {}, item.case), make("br"), make("small", { class: "quiet" }, item.generator + " · " + item.judge)),
      make("span", { class: "q" }, item.question),
      make("span", { class: "tag " + (item.relation ? relationTone(item.relation) : "") }, item.relation || (item.refusal != null ? "refused" : item.failure ? "error" : "not compared")));
    const details = make("details", { class: "case" }, summary);
    details.addEventListener("toggle", () => { if (details.open && details.children.length === 1) details.append(body(item)); });
    return details;
  };

  const render = () => {
    const text = byId("f-text").value.trim().toLowerCase();
    const want = { generator: byId("f-generator").value, judge: byId("f-judge").value, origin: byId("f-origin").value, relation: byId("f-relation").value };
    const score = byId("f-score").value;
    const found = items.filter((i) =>
      Object.entries(want).every(([key, value]) => !value || i[key] === value) &&
      (!score || (score === "none" ? i.score == null : i.score != null && Math.round(i.score) === +score)) &&
      (!text || [i.case, i.question, i.reference, i.candidate, i.refusal, ...i.tags].some((t) => t && t.toLowerCase().includes(text))));
    const sort = byId("f-sort").value;
    const key = (i) => (i.score == null ? 0.5 : i.score);
    found.sort((a, b) => (sort === "case" ? 0 : sort === "score" ? key(a) - key(b) : key(b) - key(a)) || a.case.localeCompare(b.case) || a.generator.localeCompare(b.generator));
    byId("list").replaceChildren(...found.slice(0, shown).map(row));
    byId("count").textContent = found.length + " of " + items.length + " verdicts" + (data.left_out ? "; " + data.left_out + " more are not in this file" : "");
    byId("more").hidden = found.length <= shown;
  };
  for (const control of document.querySelectorAll("#filters input, #filters select"))
    control.addEventListener("input", () => { shown = PAGE; render(); });
  byId("more").addEventListener("click", () => { shown += PAGE; render(); });
  render();
})();
