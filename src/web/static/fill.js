// A form of a participant: keeps what is chosen as it is chosen, and reads aloud if asked.
// The page does all of this without it; only the wait for Next goes.
(function () {
  var form = document.getElementById("fill");
  if (!form || !window.fetch) return;
  var said = document.getElementById("fill-saved");
  var version = form.elements.version;
  var timer = 0, running = null, again = false, leaving = false;

  function save() {
    if (leaving) return;
    if (running) { again = true; return; }
    again = false;
    var body = new URLSearchParams(new FormData(form));
    body.set("go", "save");
    running = fetch(form.getAttribute("action"), {
      method: "POST", body: body, headers: { Accept: "application/json" }
    }).then(function (r) {
      return r.ok ? r.json() : Promise.reject(r.status);
    }).then(function (x) {
      version.value = x.version;
      said.textContent = said.dataset.saved;
    }).catch(function () {
      said.textContent = said.dataset.failed;
    }).finally(function () {
      running = null;
      if (again) save();
    });
  }
  form.addEventListener("input", function () {
    clearTimeout(timer);
    timer = setTimeout(save, 400);
  });
  // Next waits for a save on its way, which gives the form its newest version.
  form.addEventListener("submit", function (e) {
    clearTimeout(timer);
    if (running) {
      e.preventDefault();
      var by = e.submitter;
      running.then(function () { form.requestSubmit(by); });
    } else leaving = true;
  });
  // Back by the browser shows the page as it was left: it may be saved again.
  window.addEventListener("pageshow", function () { leaving = false; });

  var speak = document.getElementById("fill-speak");
  if (!window.speechSynthesis || !window.SpeechSynthesisUtterance) return;
  var start = speak.textContent;
  speak.hidden = false;
  function quiet() { speechSynthesis.cancel(); speak.textContent = start; }
  speak.addEventListener("click", function () {
    if (speechSynthesis.speaking) return quiet();
    var parts = form.querySelectorAll("legend, .option span");
    speak.textContent = speak.dataset.stop;
    parts.forEach(function (p, i) {
      var u = new SpeechSynthesisUtterance(p.textContent);
      u.lang = p.closest("[lang]").lang;
      if (i === parts.length - 1) u.onend = quiet;
      speechSynthesis.speak(u);
    });
  });
  window.addEventListener("pagehide", quiet);
})();
