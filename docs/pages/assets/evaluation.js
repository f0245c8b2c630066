// The form about the course: makes a code of the answers. Nothing is sent, and nothing is kept in the browser.
(() => {
  const form = document.getElementById("evaluation"), code = document.getElementById("evaluation-code");
  const said = document.querySelector("[data-evaluation-said]");
  const toCode = text => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

  form.addEventListener("submit", event => {
    event.preventDefault();
    const answers = Object.fromEntries([...new FormData(form)].filter(([, value]) => value.trim()));
    const count = Object.keys(answers).length;
    code.value = count ? toCode(JSON.stringify({ v: 1, said: answers })) : "";
    said.textContent = count
      ? `${count === 1 ? "1 answer is" : `${count} answers are`} in the code. Copy it, and hand it in.`
      : "Nothing is answered yet.";
    if (count) code.select();
  });
})();
