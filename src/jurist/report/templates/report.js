(() => {
  const { make, cap, picture } = jurist;
  const { items, left_out } = JSON.parse(document.getElementById("data").textContent);
  const PAGE = 50;
  let shown = PAGE, found = items;
  const opened = new Set();

  const byId = (id) => document.getElementById(id);
  const level = (score) => (score == null ? "none" : "s" + Math.min(5, Math.max(1, Math.round(score))));
  const tones = { equivalent: "good", undecided: "warn" };
  // What a filter looks at: the answer, or any of the judges' rulings on it.
  const OF_ANSWERS = ["dataset", "generator", "origin"], OF_RULINGS = ["judge", "relation"];
  const valuesOf = (key) => [...new Set(items.flatMap((i) => (OF_RULINGS.includes(key) ? i.rulings.map((r) => r[key]) : [i[key]])))];
  const several = (key) => valuesOf(key).length > 1;
  for (const key of [...OF_ANSWERS, ...OF_RULINGS]) {
    for (const value of valuesOf(key).filter(Boolean).sort()) byId("f-" + key).append(make("option", { value }, value));
    byId("f-" + key).parentNode.hidden = !several(key);
  }

  const block = (caption, text, english) => make("div", {}, cap(caption), make("pre", {}, text), english ? make("p", { class: "english" }, english) : null);
  const answer = (item) =>
    item.candidate ?? (item.refusal != null ? "refused: " + item.refusal : "no answer: " + item.failure);
  const difference = (lines) => {
    const sign = { only_reference: "− ", only_candidate: "+ " };
    return make("div", { class: "diff" },
      ...lines.map(([depth, label, mark]) => make("div", { class: mark }, (sign[mark] || "  ") + "  ".repeat(depth) + label)));
  };
  const scoreOf = (ruling) => (ruling.score == null ? "–" : String(+ruling.score.toFixed(2)));
  const pill = (ruling) => make("span", { class: "score " + level(ruling.score) }, scoreOf(ruling));
  const ruled = (ruling, drawn) => {
    const method = ruling.method && ruling.method !== "none" ? ", by " + ruling.method.replace("_", " ") : "";
    const box = make("div", { class: "ruling" }, make("p", { class: "cap" }, pill(ruling), " verdict of " + ruling.judge + method));
    const said = ruling.reasoning.toLowerCase();
    const open = said.includes(ruling.undecided.toLowerCase()) ? "" : ruling.undecided;
    for (const text of [ruling.reasoning, open, ruling.unscored && "No score. " + ruling.unscored])
      if (text) box.append(make("p", { class: "reason" }, text));
    for (const note of ruling.notes) if (!said.includes(note.toLowerCase())) box.append(cap(note));
    for (const witness of ruling.witnesses) {
      if (drawn.has(witness.story)) continue; // another judge showed the same one
      drawn.add(witness.story);
      box.append(picture(witness, said.includes(witness.story.toLowerCase()) ? "" : witness.story));
    }
    return box;
  };
  const body = (item) => {
    const checked = { proof: "proved to say what the query says", mention: "says what the query mentions", realizer: "the realizer's sentence" };
    const unfaithful = item.faithful === false ? " · does not say all that the query says" : item.checked_by ? " · " + checked[item.checked_by] : item.origin === "synthetic" && item.faithful === null ? " · unchecked" : "";
    const box = make("div", { class: "body" });
    box.append(cap("question, " + item.origin + (item.style ? ", " + item.style : "") + unfaithful), make("p", {}, item.question));
    box.append(make("div", { class: "pair" },
      block("reference", item.reference ?? "unbuildable: the right answer is a refusal", item.reference_english),
      block("candidate", answer(item), item.candidate_english)));
    if (item.difference.length)
      box.append(cap("difference of the trees: − only in the reference, + only in the candidate"), difference(item.difference));
    for (const note of item.notes) box.append(cap(note));
    const drawn = new Set();
    box.append(...item.rulings.map((ruling) => ruled(ruling, drawn)));
    if (item.tags.length) box.append(cap("tags: " + item.tags.join(", ")));
    return box;
  };
  const relation = (item) => item.rulings.map((r) => r.relation).find(Boolean);
  const state = (item) => relation(item) || (item.refusal != null ? "refused" : item.failure ? "error" : "not compared");
  const row = (item) => {
    const by = [several("dataset") && item.dataset, item.generator, item.sample > 1 && "answer " + item.sample];
    const scores = item.rulings.map((ruling) =>
      make("span", { class: "by" }, pill(ruling), several("judge") ? make("small", { class: "quiet" }, " " + ruling.judge) : null));
    const summary = make("summary", {},
      make("span", { class: "scores" }, ...scores),
      make("span", { class: "who" }, make("b", {}, item.case), make("br"), make("small", { class: "quiet" }, by.filter(Boolean).join(" · "))),
      make("span", { class: "q" }, item.question),
      make("span", { class: "tag " + (relation(item) ? tones[relation(item)] || "bad" : "") }, state(item)));
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
    const wanted = (keys) => keys.map((key) => [key, byId("f-" + key).value]).filter(([, value]) => value);
    const ofAnswers = wanted(OF_ANSWERS), ofRulings = wanted(OF_RULINGS);
    const score = byId("f-score").value;
    const scored = (r) => !score || (score === "none" ? r.score == null : r.score != null && Math.round(r.score) === +score);
    // The rulings that are asked for: an answer is shown, and sorted, by these.
    const chosen = new Map(items.map((i) => [i, i.rulings.filter((r) => ofRulings.every(([key, value]) => r[key] === value) && scored(r))]));
    found = items.filter((i) =>
      ofAnswers.every(([key, value]) => i[key] === value) &&
      chosen.get(i).length &&
      (!text || searched(i).some((t) => t && t.toLowerCase().includes(text))));
    // No score is neither bad nor good: it comes last either way.
    const scores = (i) => chosen.get(i).map((r) => r.score).filter((s) => s != null);
    const key = { score: (i) => Math.min(9, ...scores(i)), "-score": (i) => -Math.max(-9, ...scores(i)), case: () => 0 }[byId("f-sort").value];
    found.sort((a, b) => key(a) - key(b) || a.case.localeCompare(b.case) || a.generator.localeCompare(b.generator));
    byId("list").replaceChildren();
    byId("count").textContent = found.length + " of " + items.length + " answers" + (left_out ? "; " + left_out + " more are not in this file" : "");
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
