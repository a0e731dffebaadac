"use strict";
// The desk. Each item is the server's own page of it: the next ones are fetched ahead, so that they are
// there at once, and when the network is gone. What is said goes into the outbox before anything is sent.
(() => {
  const { find, memory } = jurist;
  const desk = () => find("#desk");
  const parts = (name) => (desk().dataset[name] ?? "").split(" ").filter(Boolean);
  const { person, queue } = desk().dataset;
  const home = `/annotate/${encodeURIComponent(queue)}`;
  const address = (task) => `${home}/items/${encodeURIComponent(task)}`;
  const api = (task, what) => `/v1/queues/${encodeURIComponent(queue)}/items/${encodeURIComponent(task)}/${what}`;

  // --- what is on the screen ---
  const inputs = (name) => [...desk().querySelectorAll(`input[name=${name}]`)];
  const chosen = (name) => inputs(name).filter((input) => input.checked).map((input) => input.value);
  const given = () => {
    const [score] = chosen("score").map(Number);
    const also = chosen("also").map(Number).filter((level) => level !== score).sort((a, b) => Math.abs(a - score) - Math.abs(b - score));
    return { scores: score ? [score, ...also] : [], rationale: find("#why").value, flags: chosen("flag") };
  };
  const fill = ({ scores = [], rationale = "", flags = [] }) => {
    inputs("score").forEach((input) => { input.checked = Number(input.value) === scores[0]; });
    inputs("also").forEach((input) => { input.checked = scores.slice(1).includes(Number(input.value)); });
    inputs("flag").forEach((input) => { input.checked = flags.includes(input.value); });
    find("#why").value = rationale;
  };

  // --- drafts: at once in this browser, a moment later on the server ---
  const draftKey = (task) => `draft:${person}:${queue}:${task}`;
  const drop = (key) => { try { localStorage.removeItem(key); } catch { /* none there */ } };
  let later = 0;
  const keepDraft = () => {
    const { task, labelled } = desk().dataset;
    if (labelled !== undefined) return;
    const draft = given();
    memory.set(draftKey(task), draft);
    clearTimeout(later);
    later = setTimeout(() => {
      fetch(api(task, "draft"), { method: "PUT", headers: outbox.headers, body: JSON.stringify(draft) }).catch(() => {});
    }, 800);
  };

  // --- what was done here, by items' tasks ---
  const gone = new Set();
  const history = []; // of { task, key, given }: the last one is undone first
  let count = 0;
  const waiting = () => outbox.entries().filter((entry) => entry.queue === queue);
  const recall = () => { // what a reload finds: labels on the server, then what still waits here
    count = Number(desk().dataset.count);
    for (const task of parts("done")) history.push({ task, key: "", given: null });
    for (const entry of waiting()) {
      if (entry.kind === "save") { history.push({ task: entry.task, key: entry.label, given: entry.body }); gone.add(entry.task); count += 1; }
      if (entry.kind === "undo") { const at = history.findLastIndex((each) => each.task === entry.task); if (at >= 0) history.splice(at, 1); gone.delete(entry.task); count -= 1; }
      if (entry.kind === "skip") gone.add(entry.task);
    }
  };

  // --- items that are fetched ahead ---
  const ahead = new Map();
  const fetchPage = async (task) => {
    const response = await fetch(address(task), { headers: { Accept: "text/html" } });
    const page = response.ok && new URL(response.url).pathname === address(task)
      ? new DOMParser().parseFromString(await response.text(), "text/html").querySelector("#desk") : null;
    if (!page) throw new Error("no such item");
    return page;
  };
  const fetchAhead = async () => {
    for (const task of parts("ahead").filter((each) => !gone.has(each) && !ahead.has(each))) {
      try { ahead.set(task, await fetchPage(task)); } catch { return; }
    }
  };
  const upcoming = () => parts("ahead").filter((task) => !gone.has(task));

  const put = (page, { back = false } = {}) => {
    clearTimeout(later);
    const task = page.dataset.task;
    const fresh = document.adoptNode(page);
    desk().replaceWith(fresh);
    if (location.pathname !== address(task)) window.history.pushState(null, "", address(task));
    if (back) fresh.removeAttribute("data-labelled");
    ready();
    find("#desk h1").focus({ preventScroll: true });
    scrollTo(0, 0);
  };

  const next = async () => {
    const place = upcoming();
    const here = place.find((task) => ahead.has(task));
    if (here) { const page = ahead.get(here); ahead.delete(here); page.dataset.ahead = [...new Set([...place.filter((task) => task !== here), ...(page.dataset.ahead ?? "").split(" ")])].filter((task) => task && !gone.has(task) && task !== here).join(" "); put(page); return; }
    block("Saved here. The next items come as soon as the server answers.");
    if (await outbox.settled()) location.assign(`${home}/next`);
    else outbox.listen(() => { if (!waiting().length) location.assign(`${home}/next`); });
  };
  const block = (words) => {
    const form = find("#desk form");
    const told = document.createElement("p");
    told.className = "panel"; told.setAttribute("role", "status"); told.textContent = words;
    form.replaceWith(told);
  };

  // --- what one does ---
  const nextKey = (key) => { const [id, number] = key.split("."); return `${id}.${Number(number ?? 0) + 1}`; };
  const pages = new Map(); // of items that were done here, to go back to without the network
  const remember = () => pages.set(desk().dataset.task, desk().cloneNode(true));
  const save = () => {
    const { task, keyOfLabel: label, labelled } = desk().dataset;
    if (labelled !== undefined || !find("#desk form")) return;
    const said = given();
    if (!said.scores.length) { inputs("score")[0].focus(); inputs("score")[0].reportValidity(); return; }
    outbox.put({ kind: "save", queue, task, label, method: "POST", url: "/v1/annotations", body: { queue, task, ...said } });
    clearTimeout(later);
    drop(draftKey(task));
    remember();
    gone.add(task);
    history.push({ task, key: label, given: said });
    count += 1;
    next();
  };
  const skip = () => {
    const { task, labelled } = desk().dataset;
    if (labelled !== undefined || !find("#desk form")) return;
    outbox.put({ kind: "skip", queue, task, method: "POST", url: api(task, "skip") });
    gone.add(task);
    next();
  };
  const undo = async () => {
    const last = history.pop();
    if (!last) return;
    if (!last.given) { location.assign(address(last.task)); return; } // of before this page: its own page takes it back
    const entry = waiting().find((each) => each.kind === "save" && each.task === last.task && each.label === last.key);
    const unsent = entry && !outbox.isSending(entry.key);
    if (unsent) { outbox.remove(entry.key); outbox.show(); }
    else outbox.put({ kind: "undo", queue, task: last.task, method: "DELETE", url: `/v1/annotations/${encodeURIComponent(last.key)}` });
    gone.delete(last.task);
    count -= 1;
    memory.set(draftKey(last.task), last.given);
    const current = desk().dataset.task, waitingHere = upcoming();
    const kept = pages.get(last.task);
    if (desk().querySelector("form")) { keepDraft(); ahead.set(current, desk().cloneNode(true)); }
    if (!kept) { await outbox.settled(); location.assign(address(last.task)); return; }
    const page = kept.cloneNode(true);
    page.dataset.keyOfLabel = unsent ? last.key : nextKey(last.key);
    page.dataset.ahead = [...new Set([current, ...waitingHere])].filter((task) => task !== last.task).join(" ");
    put(page, { back: true });
  };

  // --- a screen is made ready ---
  const ready = () => {
    const { task, labelled, wanted } = desk().dataset;
    const draft = memory.get(draftKey(task));
    if (labelled === undefined && draft) fill(draft);
    find("#desk .count").textContent = `${count} of ${wanted}`;
    const bar = find("#desk progress"); bar.value = count;
    const back = find("#undo");
    if (back) back.hidden = !history.length;
    if (outbox.entries().length || history.length) find("#saved").dataset.once = "yes";
    outbox.show();
    fetchAhead();
  };
  addEventListener("input", (event) => {
    if (!event.target.closest?.("#desk")) return;
    if (event.target.name === "score") inputs("also").filter((input) => input.value === event.target.value).forEach((input) => { input.checked = false; });
    keepDraft();
  });
  addEventListener("submit", (event) => {
    if (!event.target.closest("#desk")) return;
    const what = event.submitter?.value ?? "save";
    if (what === "undo") return; // of an item that was done before: the form itself goes to the server
    event.preventDefault();
    if (what === "skip") skip(); else save();
  });
  addEventListener("click", (event) => {
    if (event.target.closest?.("#undo") && !event.ctrlKey && !event.metaKey) { event.preventDefault(); undo(); }
  });
  addEventListener("popstate", () => location.reload());
  addEventListener("online", fetchAhead);

  // Shift with a number: by the place of the key, since what it writes differs between keyboards.
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey) {
      if (event.key === "Enter" && event.target.matches("#why")) { event.preventDefault(); save(); }
      return;
    }
    const level = /^Digit([1-5])$/.exec(event.code)?.[1] ?? /^Numpad([1-5])$/.exec(event.code)?.[1];
    if (!level || event.altKey || event.target.matches("textarea, input:not([type=radio], [type=checkbox])")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const pick = (name) => inputs(name).find((input) => input.value === level);
    if (event.shiftKey) { if (!pick("score")?.checked) pick("also")?.click(); } else { pick("score")?.click(); pick("score")?.focus(); }
  }, true);
  Object.assign(jurist.keys, { w: () => find("#why")?.focus(), Enter: save });
  recall();
  ready();
})();
