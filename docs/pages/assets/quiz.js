// Forms of the question bank: says why an option is right or not, and remembers what was answered on this machine.
(() => {
  const forms = [...document.querySelectorAll("form.quiz")];
  const key = form => `course-quiz:${form.dataset.quiz}`;
  const load = form => { try { return localStorage.getItem(key(form)); } catch { return null; } };
  const keep = (form, text) => { try { localStorage.setItem(key(form), text); } catch { /* a private window keeps nothing */ } };

  function count() {
    const place = document.querySelector("[data-quiz-count]");
    if (!place) return;
    const kept = forms.map(load).filter(Boolean);
    const right = kept.filter(text => text.startsWith("right")).length;
    const sure = kept.filter(text => text === "wrong sure").length;
    place.textContent = kept.length === 0 ? `${forms.length} questions, none answered yet.` :
      `${right} of ${forms.length} right` + (sure ? `, and ${sure} of the others you were sure of: begin there.` : ".");
  }

  function mark(form, chosen) {
    for (const input of form.querySelectorAll("input[type=radio]")) {
      const option = input.closest(".quiz-option"), own = input === chosen;
      option.classList.toggle("quiz-right", own && "right" in input.dataset);
      option.classList.toggle("quiz-wrong", own && !("right" in input.dataset));
      const why = option.querySelector(".quiz-why");
      why.hidden = !own;
      // Before that it would be read aloud with each option, hidden or not, and give the answer away.
      if (own) input.setAttribute("aria-describedby", why.id); else input.removeAttribute("aria-describedby");
    }
  }

  for (const form of forms) {
    const said = form.querySelector("output");
    const earlier = load(form);
    if (earlier) said.textContent = earlier.startsWith("right") ? "You had this right." : "You tried this before.";
    form.addEventListener("submit", event => {
      event.preventDefault();
      const chosen = form.querySelector("input[type=radio]:checked");
      if (!chosen) { said.textContent = "Choose an option first."; return; }
      const right = "right" in chosen.dataset, sure = form.querySelector("input[name=sure]")?.checked ?? false;
      mark(form, chosen);
      said.textContent = right ? "Right. The reason stands below your choice." :
        "Not yet. Read the note below your choice, then try another.";
      // In a check the first answer counts.
      if (form.dataset.quiz.startsWith("topic:") || !load(form)) keep(form, `${right ? "right" : "wrong"}${sure ? " sure" : ""}`);
      count();
    });
  }
  count();
})();
