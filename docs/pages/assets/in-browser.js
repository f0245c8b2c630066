// Exercise 1 in the browser: keeps what is written on this machine, and hands it to Python in a worker.
(() => {
  const KEY = "course-in-browser", SLOW = 10;
  const page = document.querySelector("[data-in-browser]");
  const assets = new URL(".", document.currentScript.src);
  const said = page.querySelector("[data-said]"), shown = page.querySelector("[data-shown]");
  const files = [...page.querySelectorAll("textarea[data-file]")], written = files.filter(one => !one.readOnly);
  const field = id => document.getElementById(`ib-${id}`), button = name => page.querySelector(`[data-does=${name}]`);
  const working = ["send", "traffic", "check"].map(button);
  const starter = Object.fromEntries(written.map(one => [one.dataset.file, one.value]));
  const say = text => { said.textContent = text; };
  let worker = null, ready = false, waiting = null, clock = 0, usable = false;

  // -- what is kept ---------------------------------------------------------------------------------------------
  let kept = {};
  try { kept = JSON.parse(localStorage.getItem(KEY)) ?? {}; } catch { /* begin anew */ }
  const seed = Number.isInteger(kept.seed) ? kept.seed : 1 + Math.floor(Math.random() * 99999);
  const texts = () => Object.fromEntries(written.map(one => [one.dataset.file, one.value]));
  const keep = () => {
    const now = { v: 1, seed, files: texts(), method: field("method").value, path: field("path").value, body: field("body").value };
    try { localStorage.setItem(KEY, JSON.stringify(now)); } catch { /* a private window keeps nothing */ }
  };
  for (const one of written) one.value = kept.files?.[one.dataset.file] ?? one.value;
  for (const id of ["method", "path", "body"]) field(id).value = kept[id] ?? field(id).value;

  // -- the editor -----------------------------------------------------------------------------------------------
  const chosen = () => files.find(one => one.dataset.file === field("file").value);
  const choose = () => {
    for (const one of files) one.hidden = one !== chosen();
    button("reset").hidden = chosen().readOnly;
  };
  field("file").addEventListener("change", choose);
  button("reset").addEventListener("click", () => {
    const one = chosen();
    if (!confirm(`Put the starter's ${one.dataset.file} back? What you wrote in it is lost.`)) return;
    one.value = starter[one.dataset.file];
    keep();
  });
  // Enter goes on below the line's beginning. Tab leaves the editor, as everywhere on the page.
  function enter(event) {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) { button("check").click(); return; }
    const line = event.target.value.slice(0, event.target.selectionStart).split("\n").at(-1);
    const deeper = line.trimEnd().endsWith(":") ? "    " : "";
    document.execCommand("insertText", false, `\n${line.match(/^ */)[0]}${deeper}`);
  }
  for (const one of written) one.addEventListener("keydown", enter);
  page.addEventListener("input", keep);

  // -- Python ---------------------------------------------------------------------------------------------------
  const buttons = () => {
    for (const one of working) one.disabled = !usable || waiting !== null;
    button("stop").disabled = waiting === null;
  };
  function show(answer) {
    if (answer.html !== undefined) shown.innerHTML = answer.html;
    else { shown.replaceChildren(document.createElement("pre")); shown.firstChild.textContent = answer.text; }
  }
  function done(text, answer) {
    clearInterval(clock);
    waiting = null;
    buttons();
    say(text);
    if (answer) show(answer);
  }
  function hand() {
    const began = performance.now();
    say("Running …");
    clock = setInterval(() => {
      const seconds = Math.round((performance.now() - began) / 1000);
      if (seconds === SLOW) say(`Still running after ${SLOW} seconds. Is there a loop that never ends? Stop ends it.`);
    }, 1000);
    worker.postMessage({ ask: waiting });
  }
  function hear({ data }) {
    if (data.here) worker.postMessage({ start: [page.dataset.inBrowser, seed] });
    else if (data.progress) say(data.progress);
    else if (data.ready) {
      ready = true;
      page.dataset.ready = data.ready.toFixed(1);
      if (waiting) hand(); else say(`Python is ready after ${data.ready.toFixed(1)} seconds.`);
    } else if (data.broken) { end(); done("Python ended. The next run starts it anew.", { text: data.broken }); }
    else done(data.answer.said ?? "Done.", data.answer);
  }
  function end() {
    worker?.terminate();
    worker = null;
    ready = false;
  }
  function begin() {
    worker = new Worker(new URL("in-browser-worker.mjs", assets), { type: "module" });
    worker.addEventListener("message", hear);
    worker.addEventListener("error", () => { end(); done("Python could not be started. Reload the page, then try again."); });
  }
  function ask(question) {
    if (waiting) return;
    keep();
    waiting = { ...question, files: texts() };
    buttons();
    if (ready) hand(); else if (!worker) begin();
  }
  // Who writes will run: Python gets ready meanwhile, and the first report comes sooner.
  page.addEventListener("input", () => { if (usable && !worker) begin(); });
  button("check").addEventListener("click", () => ask({ do: "check", task: field("task").value ? Number(field("task").value) : null }));
  button("send").addEventListener("click", () => {
    const method = field("method").value;
    ask({ do: "send", method, path: field("path").value, body: method === "GET" ? "" : field("body").value });
  });
  button("traffic").addEventListener("click", () => ask({ do: "traffic" }));
  button("stop").addEventListener("click", () => { end(); done("Stopped. What you wrote is kept; the next run starts Python anew."); });

  // -- is Python here? ------------------------------------------------------------------------------------------
  async function look() {
    const none = "No Python lies beside this page, so it is to read. Below it stands how to do the exercise.";
    if (location.protocol === "file:") return say(`${none} Opened from the disk, a browser starts none either.`);
    const found = await fetch(new URL("python/listed.json", assets)).then(one => one.ok ? one.json() : null, () => null);
    if (!found) return say(none);
    usable = true;
    buttons();
    say(`Python starts when you first write or run: ${Math.round(found.bytes / 1e6)} MB are loaded from this site.`);
  }
  choose();
  buttons();
  look();
})();
