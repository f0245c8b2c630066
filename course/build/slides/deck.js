// Starts the slides, and adds two keys: D for dark and light, T for the clock of an exercise.
const root = document.documentElement;
const stored = { get: () => { try { return localStorage.getItem("slides-theme"); } catch { return null; } },
                 set: (value) => { try { localStorage.setItem("slides-theme", value); } catch { /* a page without storage */ } } };
const paint = (dark) => root.classList.toggle("dark", dark);
const printing = /print-pdf/.test(location.search);
paint(!printing && (/[?&]dark\b/.test(location.search) || (!/[?&]light\b/.test(location.search) && stored.get() === "dark")));

function turn() {
  const dark = !root.classList.contains("dark");
  paint(dark);
  stored.set(dark ? "dark" : "light");
}

let ticking = 0;
function clock() {
  const button = Reveal.getCurrentSlide().querySelector(".clock");
  if (!button) return;
  if (ticking) { clearInterval(ticking); ticking = 0; return; }
  const whole = Number(button.dataset.minutes) * 60;
  const begun = Date.now() - (whole - Number(button.dataset.left ?? whole)) * 1000;
  const show = () => {
    const left = Math.max(0, whole - Math.round((Date.now() - begun) / 1000));
    button.dataset.left = left;
    button.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    // At 60 percent of the time comes the look at the commonest failure.
    button.classList.toggle("late", left <= whole * 0.4);
    if (left === 0) { clearInterval(ticking); ticking = 0; }
  };
  show();
  ticking = setInterval(show, 500);
}
document.addEventListener("click", (event) => { if (event.target.closest(".clock")) clock(); });

Reveal.initialize({
  width: 1280, height: 720, margin: 0, minScale: 0.1, maxScale: 4, center: false, hash: true, controls: false,
  slideNumber: false, progress: true, transition: "none", defaultTiming: 60, backgroundTransition: "none", pdfSeparateFragments: false,
  plugins: [RevealNotes],
});
Reveal.addKeyBinding({ keyCode: 68, key: "D", description: "Dark or light" }, turn);
Reveal.addKeyBinding({ keyCode: 84, key: "T", description: "Start or stop the clock of an exercise" }, clock);
