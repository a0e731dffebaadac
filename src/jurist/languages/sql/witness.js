// Databases: each table with its rows, then both results beside each other. A row that one query
// has more often than the other is marked by a colour and by words.
(() => {
  const { make, cap, drawings } = jurist;
  const MOST = 40; // rows of a table before the others are counted only
  const show = (value) => (typeof value === "string" ? "'" + value + "'" : String(value));
  const counted = (count) => count + (count === 1 ? " row" : " rows");
  const cell = (value) => make("td", {}, value === null ? make("em", {}, "NULL") : show(value));
  const head = (names) => make("thead", {}, make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, String(name)))));
  const where = (engine) => (engine === "SQLite" ? "" : engine.startsWith("not ") ? ", " + engine : ", confirmed in " + engine);
  const rest = (rows) => (rows.length > MOST ? cap("and " + counted(rows.length - MOST) + " more") : null);

  const table = (name, { columns, rows }) => {
    const body = rows.slice(0, MOST).map((row) => make("tr", {}, ...row.map(cell)));
    return make("div", {}, cap(name + " · " + counted(rows.length)),
      make("table", {}, head(columns), make("tbody", {}, ...body)), rest(rows));
  };

  const key = (row) => JSON.stringify(row);
  // Which rows of one result the other has no row for: each row there stands for one here.
  const alone = (rows, others) => {
    const left = new Map();
    for (const row of others) left.set(key(row), (left.get(key(row)) || 0) + 1);
    return rows.map((row) => {
      const there = left.get(key(row)) || 0;
      if (there) left.set(key(row), there - 1);
      return !there;
    });
  };
  const result = (side, given, other, names) => {
    const title = (text) => make("p", { class: "cap " + side }, "the " + side + " gives " + text);
    if (!Array.isArray(given)) return make("div", {}, title(given === null ? "nothing" : String(given)));
    if (!given.length) return make("div", {}, title("no row"));
    const only = Array.isArray(other) ? alone(given, other) : given.map(() => true);
    // The same rows in another order: those that stand elsewhere are marked.
    const moved = Array.isArray(other) && given.length === other.length && !only.includes(true);
    const mark = (at) => (only[at] ? "only here" : moved && key(given[at]) !== key(other[at]) ? "elsewhere" : "");
    const body = given.slice(0, MOST).map((row, at) =>
      make("tr", { class: mark(at) ? "only_" + side : "" }, ...row.map(cell), make("td", { class: "quiet" }, mark(at))));
    return make("div", {}, title(counted(given.length)),
      make("table", { class: "diff" }, names ? head([...names, ""]) : null, make("tbody", {}, ...body)), rest(given));
  };

  drawings.database = (input, explained, witness) => {
    const tables = Object.entries(input.tables || {});
    const { reference, candidate } = witness, names = input.columns || {};
    const empty = tables.filter(([, { rows }]) => !rows.length).map(([name]) => name);
    return make("div", {},
      ...tables.filter(([, { rows }]) => rows.length).map(([name, of]) => table(name, of)),
      empty.length ? cap("empty: " + empty.join(", ")) : null,
      make("div", { class: "pair" },
        result("reference", reference, candidate, names.reference),
        result("candidate", candidate, reference, names.candidate)),
      cap("run in SQLite" + where(String(input.engine))));
  };
})();
