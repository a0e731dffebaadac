"use strict";
// How nodes are made, and a witness as a picture. Everything that comes from data goes through
// `make` and `draw`, which know text only: nothing of it is ever markup.
const jurist = (() => {
  const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
  const visible = (text) => String(text).replace(UNSEEN, "\ufffd");
  const SVG = "http://www.w3.org/2000/svg";
  const filled = (node, attributes, children) => {
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    for (const child of children)
      if (child != null) node.append(typeof child === "string" ? visible(child) : child);
    return node;
  };
  const make = (tag, attributes, ...children) => filled(document.createElement(tag), attributes, children);
  const draw = (tag, attributes, ...children) => filled(document.createElementNS(SVG, tag), attributes, children);

  const UNITS = [["day", 86400000], ["h", 3600000], ["min", 60000], ["s", 1000], ["ms", 1]];
  // Exact, since at the edge of a window a millisecond decides: "30 days 1 ms ago".
  const span = (ms) => {
    const parts = [];
    for (const [unit, size] of UNITS) {
      const count = Math.floor(ms / size);
      ms -= count * size;
      if (count) parts.push(count + " " + unit + (unit === "day" && count > 1 ? "s" : ""));
    }
    return parts.join(" ") || "0 ms";
  };
  const ago = (age) => (age === 0 ? "now" : age > 0 ? span(age) + " ago" : span(-age) + " from now");
  const show = (value) =>
    typeof value === "string" ? "'" + value + "'" : typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
  const pairs = (o) => Object.entries(o || {}).map(([k, v]) => k + " = " + show(v)).join(", ");
  const cap = (text) => make("p", { class: "cap" }, text);

  const details = (event) =>
    [pairs(event.properties), pairs(event.context), event.source && "from " + event.source].filter(Boolean).join(", ");

  // Equal events at the same moment are one entry with a count; the latest come first.
  const grouped = (events, now) => {
    const groups = new Map();
    for (const event of events) {
      const age = now - Date.parse(event.time);
      const text = details(event);
      const key = JSON.stringify([event.name, age, text]);
      const group = groups.get(key) || { name: event.name, time: event.time, age, text, count: 0 };
      group.count += 1;
      groups.set(key, group);
    }
    return [...groups.values()].sort((a, b) => a.age - b.age || a.name.localeCompare(b.name));
  };

  // Ages to places from 0 (the oldest) to 100 (the latest): in proportion, or by logarithm
  // where the oldest would leave the others no room.
  const scale = (ages) => {
    const oldest = Math.max(...ages, 1), latest = Math.min(...ages, 0);
    const past = ages.filter((age) => age > 0);
    const logarithmic = past.length > 1 && oldest / Math.min(...past) > 60;
    const stretch = (age) => (logarithmic ? Math.sign(age) * Math.log1p(Math.abs(age) / Math.min(...past)) : age);
    const low = stretch(latest), high = stretch(oldest);
    return { logarithmic, at: (age) => 3 + 92 * (1 - (stretch(age) - low) / (high - low)) };
  };
  const lanes = (groups) => {
    const names = [...new Set(groups.map((g) => g.name))];
    const { at, logarithmic } = scale(groups.map((g) => g.age));
    const LANE = 38, bottom = names.length * LANE + 8;
    const counts = new Map(names.map((name) => [name, groups.filter((g) => g.name === name).reduce((n, g) => n + g.count, 0)]));
    const words = [...counts].map(([name, count]) => count + " " + name).join(", ");
    const svg = draw("svg", { class: "timeline", role: "img", height: bottom + 22, "aria-label": visible("Events over time: " + words) });
    const mark = (place, age, text) => {
      const x = place + "%", anchor = place > 85 ? "end" : place < 15 ? "start" : "middle";
      svg.append(draw("line", { x1: x, x2: x, y1: 4, y2: bottom, stroke: age === 0 ? "var(--accent)" : "var(--line)", "stroke-width": age === 0 ? 2 : 1 }));
      svg.append(draw("text", { x, y: bottom + 15, "text-anchor": anchor }, text));
    };
    mark(at(0), 0, "now");
    // The oldest, then others where there is room for their words.
    const taken = [at(0)], room = matchMedia("(max-width: 46rem)").matches ? 45 : 26;
    for (const { age } of [...groups].reverse()) {
      const place = at(age);
      if (age === 0 || taken.some((other) => Math.abs(other - place) < room)) continue;
      taken.push(place);
      mark(place, age, ago(age));
    }
    names.forEach((name, row) => {
      const y = row * LANE + 30;
      svg.append(draw("line", { x1: "1%", x2: "99%", y1: y, y2: y, stroke: "var(--line)" }));
      const count = counts.get(name);
      svg.append(draw("text", { x: "1%", y: y - 12, class: "lane" }, (name.length > 40 ? name.slice(0, 39) + "…" : name) + (count > 1 ? " × " + count : "")));
      for (const group of groups.filter((g) => g.name === name)) {
        const dot = draw("circle", { cx: at(group.age) + "%", cy: y, r: group.count > 1 ? 7 : 5.5, fill: "var(--accent)", "fill-opacity": 0.75 });
        dot.append(draw("title", {}, told(group)));
        svg.append(dot);
      }
    });
    return make("div", {}, svg, logarithmic ? cap("the time axis is logarithmic") : null);
  };
  const told = (group) =>
    (group.count > 1 ? group.count + " × " : "") + group.name + ", " + ago(group.age) + (group.text ? ": " + group.text : "");
  const list = (groups) => {
    const FIRST = 12;
    const entry = (group) => make("li", { title: group.time }, told(group));
    const box = make("div", {}, make("ul", { class: "events" }, ...groups.slice(0, FIRST).map(entry)));
    if (groups.length > FIRST)
      box.append(make("details", {}, make("summary", { class: "cap" }, "and " + (groups.length - FIRST) + " more"),
        make("ul", { class: "events" }, ...groups.slice(FIRST).map(entry))));
    return box;
  };
  const rows = (entities) => {
    const box = make("ul", { class: "events" });
    for (const [slug, members] of Object.entries(entities))
      for (const row of members) {
        const own = make("li", {}, slug + ": " + (pairs(row.properties) || "nothing is set"));
        if (Object.keys(row.entities || {}).length) own.append(rows(row.entities));
        box.append(own);
      }
    return box;
  };
  const person = (customer, now, label) => {
    const groups = grouped(customer.events || [], now);
    const traits = pairs(customer.traits);
    const box = make("div", { class: "person" });
    box.append(cap([label, traits ? "traits: " + traits : "no traits"].filter(Boolean).join(" · ")));
    if (Object.keys(customer.entities || {}).length) box.append(cap("linked rows"), rows(customer.entities));
    box.append(...(groups.length ? [lanes(groups), list(groups)] : [cap("no events")]));
    return box;
  };
  const picture = (witness, story) => {
    const box = make("div", { class: "witness" }, make("p", { class: "story" }, witness.given), story ? make("p", {}, story) : null);
    const input = witness.input;
    if (!input) return (box.append(cap("too large to be drawn here")), box);
    const now = Date.parse(input.now);
    if (witness.kind === "customer") box.append(person(input.customer, now, ""));
    else if (witness.kind === "account") {
      const users = input.account.users || [];
      box.append(cap("account: " + (pairs(input.account.traits) || "no traits") + (users.length ? "" : " · no users")));
      users.forEach((user, n) => box.append(person(user, now, "user " + (n + 1))));
    } else box.append(make("pre", {}, JSON.stringify(input, null, 2)));
    return box;
  };
  return { make, cap, picture };
})();
