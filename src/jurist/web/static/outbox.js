"use strict";
// What an annotator said, kept in this browser until the server has it. Each entry has a key of its
// own, so that two tabs never write the same; entries are sent one by one, in the order in which they
// were made, and sending one twice stores it once: the server knows it by its label's key.
const outbox = (() => {
  const person = jurist.find("[data-person]")?.dataset.person ?? "";
  const prefix = `outbox:${person}:`, refusedPrefix = `refused:${person}:`;
  const unkept = new Map(); // what did not fit into the browser's storage, kept by this tab alone
  const stored = (start) => {
    try { return Object.keys(localStorage).filter((key) => key.startsWith(start)); } catch { return []; }
  };
  const read = (key) => unkept.get(key) ?? jurist.memory.get(key);
  const keys = () => [...stored(prefix), ...unkept.keys()].filter((key) => key.startsWith(prefix)).sort();
  const entries = () => keys().map((key) => ({ key, ...read(key) })).filter((entry) => entry.url);
  const remove = (key) => { unkept.delete(key); try { localStorage.removeItem(key); } catch { /* none there */ } };
  const put = (entry) => {
    // Numbered, not dated: a clock that is set back changes no order.
    const last = keys().at(-1)?.slice(prefix.length).split("-")[0] ?? "0";
    const key = `${prefix}${String(Number(last) + 1).padStart(12, "0")}-${Math.random().toString(36).slice(2)}`;
    if (!jurist.memory.set(key, entry)) unkept.set(key, entry);
    changed();
    send();
    return key;
  };
  const listeners = [];
  const changed = () => { show(); listeners.forEach((listener) => listener()); };

  // --- sending ---
  // Whose it is goes along: somebody else may have logged in in another tab of this browser.
  const headers = { "Content-Type": "application/json", "Jurist-Person": encodeURIComponent(person) };
  let sending = "", wait = 0, timer = 0, trouble = "";
  const locked = (work) => (navigator.locks ? navigator.locks.request(`outbox:${person}`, work) : work());
  let running = null;
  const send = () => (running ??= locked(sendAll).finally(() => { running = null; }));
  const sendAll = async () => {
    clearTimeout(timer);
    for (let next = entries()[0]; next; next = entries()[0]) {
      sending = next.key;
      let response = null;
      try {
        response = await fetch(next.url, {
          method: next.method,
          headers: { ...headers, ...(next.label ? { "Idempotency-Key": next.label } : {}) },
          body: next.body === undefined ? undefined : JSON.stringify(next.body),
          signal: AbortSignal.timeout(20000),
        });
      } catch { trouble = "no network"; }
      sending = "";
      if (response?.ok) { wait = 0; trouble = ""; remove(next.key); changed(); continue; }
      if (response?.status === 401) trouble = `log in again as ${person}`;
      else if (response?.status === 403) trouble = "your account may not annotate";
      else if (response && response.status >= 400 && response.status < 500 && response.status !== 408 && response.status !== 429) {
        let why = `${response.status}`;
        try { why = (await response.json()).detail ?? why; } catch { /* no problem document */ }
        const refused = { ...next, why };
        const kept = refusedPrefix + next.key.slice(prefix.length);
        if (!jurist.memory.set(kept, refused)) unkept.set(kept, refused);
        remove(next.key);
        changed();
        continue;
      } else if (response) trouble = "the server does not answer";
      wait = Math.min(30000, (wait || 500) * 2);
      timer = setTimeout(send, wait * (0.75 + Math.random() / 2));
      break;
    }
    changed();
  };
  addEventListener("online", () => { wait = 0; send(); });
  addEventListener("storage", (event) => { if (event.key?.startsWith(prefix)) changed(); });
  addEventListener("visibilitychange", () => { if (!document.hidden) { wait = 0; send(); } });

  // --- what is said of it ---
  const show = () => {
    const said = jurist.find("#saved");
    if (!said) return;
    const count = entries().length;
    said.classList.toggle("wait", count > 0);
    const full = unkept.size ? " · this browser's storage is full: keep this tab open" : "";
    const words = count ? `${count} waiting to be sent${trouble ? ` (${trouble})` : ""}${full}` : said.dataset.once === "yes" ? "All saved" : said.textContent;
    if (count) said.dataset.once = "yes";
    if (said.textContent !== words) said.textContent = words;
    const list = jurist.find("#refused");
    if (!list) return;
    list.replaceChildren(...[...stored(refusedPrefix), ...unkept.keys()].filter((key) => key.startsWith(refusedPrefix)).map((key) => {
      const { why, body, task } = read(key) ?? {};
      const item = document.createElement("li"), drop = document.createElement("button"), words = document.createElement("span");
      words.textContent = `Not taken: ${body?.scores ? `your ${body.scores.join(" or ")}` : "what you did"} of item ${(task ?? "").slice(0, 10)}. ${why}`;
      drop.textContent = "I have read it"; drop.type = "button"; drop.className = "btn";
      drop.addEventListener("click", () => { remove(key); show(); });
      item.append(words, drop);
      return item;
    }));
  };
  show();
  if (entries().length) send();
  return {
    put, entries, remove, send, show, headers,
    isSending: (key) => sending === key,
    listen: (listener) => listeners.push(listener),
    settled: async () => { await send(); return !entries().length; },
  };
})();
