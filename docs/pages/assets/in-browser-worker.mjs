// Python in a worker: the page stays responsive, and an endless loop ends with the worker.
import { loadPyodide } from "./python/pyodide.mjs";

const at = name => new URL(`./python/${name}`, import.meta.url).href;
const say = text => postMessage({ progress: text });
const began = performance.now();
let desk = null;

async function start(number, seed) {
  say("Loading Python …");
  const archive = fetch(at("course.zip")).then(answer => answer.arrayBuffer());
  const python = await loadPyodide({ indexURL: at("") });
  say("Unpacking FastAPI, the checker and the exercise …");
  python.unpackArchive(await archive, "zip", { extractDir: "/here" });
  say("Starting the checker …");
  python.runPython("import sys; sys.path.insert(0, '/here/site-packages'); sys.dont_write_bytecode = True");
  desk = python.pyimport("desk").Desk("/here/course", number, seed);
  postMessage({ ready: (performance.now() - began) / 1000 });
}

onmessage = async ({ data }) => {
  try {
    if (data.start) await start(...data.start);
    else postMessage({ answer: JSON.parse(desk.ask(JSON.stringify(data.ask))) });
  } catch (problem) {
    postMessage({ broken: String(problem).trim() });
  }
};
postMessage({ here: true });
