(() => {
  const { make, cap, picture } = jurist;
  const { items, left_out } = JSON.parse(document.getElementById("data").textContent);
  const PAGE = 50;
  let shown = PAGE, found = items;
  const opened = new Set();

  const byId = (id) => document.getElementById(id);
  const level = (score) => (score == null ? "none" : "s" + Math.min(5, Math.max(1, Math.round(score))));
  const tones = { equivalent: "good", undecided: "warn" };
  const several = (key) => new Set(items.map((i) => i[key])).size > 1;
  const SELECTS = ["dataset", "generator", "judge", "origin", "relation"];
  for (const key of SELECTS) {
    const values = [...new Set(items.map((i) => i[key]).filter(Boolean))].sort();
    for (const value of values) byId("f-" + key).append(make("option", { value }, value));
    byId("f-" + key).parentNode.hidden = !several(key);
  }

  const block = (caption, text) => make("div", {}, cap(caption), make("pre", {}, text));
  const answer = (item) =>
    item.candidate ?? (item.refusal != null ? "refused: " + item.refusal : "no answer: " + item.failure);
  const difference = (lines) => {
    const sign = { same: "  ", only_reference: "− ", only_candidate: "+ " };
    return make("div", { class: "diff" },
      ...lines.map(([depth, label, mark]) => make("div", { class: mark }, sign[mark] + "  ".repeat(depth) + label)));
  };
  const body = (item) => {
    const unfaithful = item.faithful === false ? " · does not say all that the query says" : "";
    const box = make("div", { class: "body" });
    box.append(cap("question, " + item.origin + (item.style ? ", " + item.style : "") + unfaithful), make("p", {}, item.question));
    box.append(make("div", { class: "pair" },
      block("reference", item.reference ?? "unbuildable: the right answer is a refusal"),
      block("candidate", answer(item))));
    if (item.difference.length)
      box.append(cap("difference of the trees: − only in the reference, + only in the candidate"), difference(item.difference));
    const method = item.method && item.method !== "none" ? ", by " + item.method.replace("_", " ") : "";
    box.append(cap("verdict of " + item.judge + method));
    const said = item.reasoning.toLowerCase();
    const open = said.includes(item.undecided.toLowerCase()) ? "" : item.undecided;
    for (const text of [item.reasoning, open, item.unscored && "No score. " + item.unscored])
      if (text) box.append(make("p", { class: "reason" }, text));
    for (const note of item.notes) if (!said.includes(note.toLowerCase())) box.append(cap(note));
    for (const witness of item.witnesses)
      box.append(picture(witness, said.includes(witness.story.toLowerCase()) ? "" : witness.story));
    if (item.tags.length) box.append(cap("tags: " + item.tags.join(", ")));
    return box;
  };
  const state = (item) => item.relation || (item.refusal != null ? "refused" : item.failure ? "error" : "not compared");
  const row = (item) => {
    const by = [several("dataset") && item.dataset, item.generator, several("judge") && item.judge];
    const summary = make("summary", {},
      make("span", { class: "score " + level(item.score) }, item.score == null ? "–" : String(+item.score.toFixed(2))),
      make("span", { class: "who" }, make("b", {}, item.case), make("br"), make("small", { class: "quiet" }, by.filter(Boolean).join(" · "))),
      make("span", { class: "q" }, item.question),
      make("span", { class: "tag " + (item.relation ? tones[item.relation] || "bad" : "") }, state(item)));
    const details = make("details", { class: "case" }, summary);
    const unfold = () => details.children.length === 1 && details.append(body(item));
    if (opened.has(item)) unfold(), (details.open = true);
    details.addEventListener("toggle", () => {
      if (!details.isConnected) return;
      if (details.open) opened.add(item), unfold();
      else opened.delete(item);
    });
    return details;
  };

  const searched = (item) => [item.case, item.question, item.reference, item.candidate, item.refusal, ...item.tags];
  const more = () => {
    const begun = byId("list").childElementCount;
    byId("list").append(...found.slice(begun, shown).map(row));
    byId("more").hidden = found.length <= shown;
  };
  const render = () => {
    const text = byId("f-text").value.trim().toLowerCase();
    const want = SELECTS.map((key) => [key, byId("f-" + key).value]).filter(([, value]) => value);
    const score = byId("f-score").value;
    found = items.filter((i) =>
      want.every(([key, value]) => i[key] === value) &&
      (!score || (score === "none" ? i.score == null : i.score != null && Math.round(i.score) === +score)) &&
      (!text || searched(i).some((t) => t && t.toLowerCase().includes(text))));
    const sort = byId("f-sort").value;
    // No score is neither bad nor good: it comes last either way.
    const key = { score: (i) => i.score ?? 9, "-score": (i) => -(i.score ?? -9), case: () => 0 }[sort];
    found.sort((a, b) => key(a) - key(b) || a.case.localeCompare(b.case) || a.generator.localeCompare(b.generator));
    byId("list").replaceChildren();
    byId("count").textContent = found.length + " of " + items.length + " verdicts" + (left_out ? "; " + left_out + " more are not in this file" : "");
    more();
  };
  for (const control of document.querySelectorAll("#filters input, #filters select"))
    control.addEventListener("input", () => { shown = PAGE; render(); });
  byId("more").addEventListener("click", () => {
    const next = shown;
    shown += PAGE;
    more();
    byId("list").children[next]?.querySelector("summary").focus();
  });
  render();
})();
