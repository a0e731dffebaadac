// Customers and accounts: their events on a line of time, the windows that each query reads
// above it, and of each event which query counts it.
(() => {
  const { make, draw, cap, visible, children, drawings } = jurist;
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
  const SIDES = ["reference", "candidate"];

  // --- what the queries read of one user ---

  // All nodes of an explanation but those about other users than the one at `place`.
  const nodesOf = (root, place) => {
    const found = [], waiting = [[root, null]];
    while (waiting.length) {
      const [node, around] = waiting.pop();
      const [item] = node.kind === "item" ? node.items || [] : [];
      if (/^\/account\/users\/\d+$/.test(item || "") && item !== place) continue;
      found.push([node, around]);
      waiting.push(...children(node).map((child) => [child, node]));
    }
    return found;
  };
  // Of each query: the events it counts, its windows, and whether that is all there is to know.
  const readingOf = (root, place) => {
    const counted = new Set(), windows = new Map();
    let whole = true;
    for (const [node, around] of nodesOf(root, place)) {
      if (node.left_out) whole = false;
      if (node.kind === "aggregate")
        for (const pointer of node.items || []) {
          const [event] = pointer.startsWith(place + "/events/") ? pointer.slice(place.length + 8).split("/") : [];
          if (event) counted.add(+event);
        }
      const moments = (node.window || []).map(Date.parse);
      if (around && moments.length === 2 && moments.every(Number.isFinite)) {
        const label = children(around)[0].label + "." + node.label;
        if (!windows.has(label)) windows.set(label, new Map());
        windows.get(label).set(node.window.join(), moments);
      }
    }
    return { counted, windows, whole };
  };
  const readings = (explained, place) =>
    explained && Object.fromEntries(SIDES.map((name) => [name, readingOf(explained[name], place)]));
  const verdictOn = (index, read) => {
    const by = SIDES.filter((name) => read[name].counted.has(index));
    if (by.length === 2) return ["both", "counts for both"];
    if (by.length === 1) return [by[0], "counts for the " + by[0] + (read[SIDES.find((n) => n !== by[0])].whole ? " only" : "")];
    return SIDES.every((name) => read[name].whole) ? ["neither", "counts for neither"] : ["", ""];
  };
  // Windows as rows: what both read alike is one.
  const windowRows = (read) => {
    const rows = new Map();
    for (const name of SIDES)
      for (const [label, windows] of read[name].windows) {
        const key = JSON.stringify([label, [...windows.keys()].sort()]);
        const row = rows.get(key) || { label, spans: [...windows.values()], by: [] };
        row.by.push(name);
        rows.set(key, row);
      }
    return [...rows.values()];
  };

  // --- events ---

  const details = (event) =>
    [pairs(event.properties), pairs(event.context), event.source && "from " + event.source].filter(Boolean).join(", ");
  // Equal events at the same moment are an entry with a count; the latest come first.
  const grouped = (events, now, read) => {
    const groups = new Map();
    events.forEach((event, index) => {
      const age = now - Date.parse(event.time);
      const text = details(event);
      const [by, verdict] = read ? verdictOn(index, read) : ["", ""];
      const key = JSON.stringify([event.name, age, text, by]);
      const group = groups.get(key) || { name: event.name, time: event.time, age, text, by, verdict, count: 0 };
      group.count += 1;
      groups.set(key, group);
    });
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
  const line = (x, bottom, age) =>
    draw("line", { x1: x, x2: x, y1: 0, y2: bottom, stroke: age === 0 ? "var(--accent)" : "var(--line)", "stroke-width": age === 0 ? 2 : 1 });

  const strip = ({ label, spans, by }, now, at) => {
    const svg = draw("svg", { class: "strip", height: 14, "aria-hidden": "true" }, line(at(0) + "%", 14, 0));
    for (const [first, last] of spans) {
      const left = at(now - first), width = Math.max(at(now - last) - left, 0.6);
      svg.append(draw("rect", { class: by.length === 2 ? "both" : by[0], x: left + "%", width: width + "%", y: 3, height: 8, rx: 3 }));
    }
    const who = by.length === 2 ? "both read" : "the " + by[0] + " reads";
    const several = spans.length > 1 ? ", " + spans.length + " windows" : "";
    return make("div", {}, make("p", { class: "cap window" }, who + " ", make("code", {}, label), several), svg);
  };
  const lanes = (groups, rows, now) => {
    const names = [...new Set(groups.map((g) => g.name))];
    const bounds = rows.flatMap((row) => row.spans.flat()).map((moment) => now - moment);
    const { at, logarithmic } = scale([...groups.map((g) => g.age), ...bounds]);
    const LANE = 38, bottom = names.length * LANE + 8;
    const counts = new Map(names.map((name) => [name, groups.filter((g) => g.name === name).reduce((n, g) => n + g.count, 0)]));
    const words = [...counts].map(([name, count]) => count + " " + name).join(", ");
    const svg = draw("svg", { class: "timeline", role: "img", height: bottom + 22, "aria-label": visible("Events over time: " + (words || "none")) });
    const mark = (place, age, text) => {
      const x = place + "%", anchor = place > 85 ? "end" : place < 15 ? "start" : "middle";
      svg.append(line(x, bottom, age), draw("text", { x, y: bottom + 15, "text-anchor": anchor }, text));
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
        const dot = draw("circle", { class: "dot " + group.by, cx: at(group.age) + "%", cy: y, r: group.count > 1 ? 7 : 5.5 });
        dot.append(draw("title", {}, told(group)));
        svg.append(dot);
      }
    });
    return make("div", {}, ...rows.map((row) => strip(row, now, at)), svg, logarithmic ? cap("the time axis is logarithmic") : null);
  };
  const told = (group) =>
    (group.count > 1 ? group.count + " × " : "") + group.name + ", " + ago(group.age) + (group.text ? ": " + group.text : "");
  const list = (groups) => {
    const FIRST = 12;
    const entry = (group) =>
      make("li", { title: group.time }, told(group), " ", group.verdict ? make("span", { class: "counts " + group.by }, group.verdict) : null);
    const box = make("div", {}, make("ul", { class: "events" }, ...groups.slice(0, FIRST).map(entry)));
    if (groups.length > FIRST)
      box.append(make("details", {}, make("summary", { class: "cap" }, "and " + (groups.length - FIRST) + " more"),
        make("ul", { class: "events" }, ...groups.slice(FIRST).map(entry))));
    return box;
  };

  // --- subjects ---

  const linked = (entities) => {
    const box = make("ul", { class: "events" });
    for (const [slug, members] of Object.entries(entities))
      for (const row of members) {
        const own = make("li", {}, slug + ": " + (pairs(row.properties) || "nothing is set"));
        if (Object.keys(row.entities || {}).length) own.append(linked(row.entities));
        box.append(own);
      }
    return box;
  };
  const person = (customer, now, label, read) => {
    const groups = grouped(customer.events || [], now, read);
    const rows = read ? windowRows(read) : [];
    const traits = pairs(customer.traits);
    const box = make("div", { class: "person" });
    box.append(cap([label, traits ? "traits: " + traits : "no traits"].filter(Boolean).join(" · ")));
    if (Object.keys(customer.entities || {}).length) box.append(cap("linked rows"), linked(customer.entities));
    if (!groups.length) box.append(cap("no events"));
    if (groups.length || rows.length) box.append(lanes(groups, rows, now));
    if (groups.length) box.append(list(groups));
    return box;
  };
  drawings.customer = ({ now, customer }, explained) =>
    person(customer, Date.parse(now), "", readings(explained, "/customer"));
  drawings.account = ({ now, account }, explained) => {
    const users = account.users || [];
    return make("div", {},
      cap("account: " + (pairs(account.traits) || "no traits") + (users.length ? "" : " · no users")),
      ...users.map((user, n) => person(user, Date.parse(now), "user " + (n + 1), readings(explained, "/account/users/" + n))));
  };
})();
