"use strict";
// A study's page: what its run says, as it says it; Ctrl+Enter checks. Text only.
(() => {
  addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) jurist.find("#check")?.click();
  });
  const words = jurist.find("#words[data-words]");
  if (!words) return;
  const ask = async () => {
    try {
      const response = await fetch(words.dataset.words);
      if (!response.ok) return;
      const told = await response.json();
      if (told.state !== words.dataset.state) { location.reload(); return; }
      const text = told.words.length ? told.words.join("\n") : "Nothing yet.";
      const low = words.scrollTop + words.clientHeight >= words.scrollHeight - 8;
      if (words.textContent !== text) words.textContent = text;
      if (low) words.scrollTop = words.scrollHeight;
    } catch { /* the server is away: asked again */ }
    setTimeout(ask, 1000);
  };
  // A run that has begun by now has a picture of its own.
  if (!jurist.find("[data-events]")) setTimeout(() => location.reload(), 2000);
  setTimeout(ask, 500);
})();
