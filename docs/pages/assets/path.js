// The learner's page: remembers ticks, notes and track on this machine, counts what is left, and carries it by a code.
(() => {
  const KEY = "course-path";
  const boxes = [...document.querySelectorAll("ul.path input[type=checkbox]")];
  const notes = [...document.querySelectorAll(".path-notes textarea")];
  const tracks = [...document.querySelectorAll("input[name=track]")];
  const code = document.getElementById("path-code"), said = document.querySelector("[data-path-said]");

  const state = () => ({
    v: 1, track: tracks.find(one => one.checked).value, done: boxes.filter(one => one.checked).map(one => one.id),
    notes: Object.fromEntries(notes.filter(one => one.value).map(one => [one.id, one.value])),
  });
  const keep = () => { try { localStorage.setItem(KEY, JSON.stringify(state())); } catch { /* a private window keeps nothing */ } };

  function show(kept) {
    for (const one of boxes) one.checked = kept.done.includes(one.id);
    for (const one of notes) one.value = kept.notes[one.id] ?? "";
    for (const one of tracks) one.checked = one.value === kept.track;
    if (!tracks.some(one => one.checked)) tracks.at(-1).checked = true;
  }

  function count() {
    const track = tracks.find(one => one.checked).value;
    let left = 0, done = 0, all = 0;
    for (const one of boxes) {
      const item = one.closest("li"), mine = item.dataset.tracks.split(",").includes(track);
      item.hidden = !mine;
      if (!mine) continue;
      all += 1;
      done += one.checked;
      left += one.checked ? 0 : Number(item.dataset.minutes);
    }
    const time = left >= 60 ? `${Math.floor(left / 60)} h ${String(left % 60).padStart(2, "0")} min` : `${left} min`;
    document.querySelector("[data-path-left]").textContent = `${done} of ${all} ticked, about ${time} left.`;
  }

  const toCode = text => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  const fromCode = text => new TextDecoder().decode(Uint8Array.from(atob(text.replace(/\s/g, "")), one => one.charCodeAt(0)));

  document.querySelector("[data-path=show]").addEventListener("click", () => {
    code.value = toCode(JSON.stringify(state()));
    code.select();
    said.textContent = "Copy the code, and use it on the other machine.";
  });
  document.querySelector("[data-path=take]").addEventListener("click", () => {
    try {
      const taken = JSON.parse(fromCode(code.value));
      if (taken.v !== 1 || !Array.isArray(taken.done) || typeof taken.notes !== "object") throw new Error();
      show(taken); keep(); count();
      said.textContent = `${taken.done.length} ticks and ${Object.keys(taken.notes).length} notes were taken over.`;
    } catch { said.textContent = "This is no code of this page. Copy all of it, from the first letter to the last. Nothing was changed."; }
  });
  for (const one of [...boxes, ...notes, ...tracks]) one.addEventListener("input", () => { keep(); count(); });
  document.getElementById("path").addEventListener("submit", event => event.preventDefault());
  try { const kept = JSON.parse(localStorage.getItem(KEY)); if (kept) show(kept); } catch { /* begin anew */ }
  count();
})();
