// Comfort for whoever types many forms. Without it everything works by tab and space.
(function () {
  "use strict";
  var form = document.getElementById("entering");
  if (!form) return;
  var items = Array.prototype.slice.call(form.querySelectorAll(".item"));

  function first(item) {
    return item.querySelector("input:checked") || item.querySelector("input, select");
  }
  function go(item) {
    var to = item ? first(item) : document.getElementById("save");
    if (to) to.focus();
  }

  // Digits answer and go on; up and down move between items.
  form.addEventListener("keydown", function (ev) {
    var item = ev.target.closest(".item");
    if (!item || ev.ctrlKey || ev.altKey || ev.metaKey) return;
    var at = items.indexOf(item);
    if (ev.key === "ArrowDown" || ev.key === "ArrowUp") {
      if (ev.target.tagName === "SELECT") return;
      ev.preventDefault();
      go(ev.key === "ArrowDown" ? items[at + 1] : items[Math.max(0, at - 1)]);
      return;
    }
    if (ev.target.type !== "radio" || !/^[0-9]$/.test(ev.key)) return;
    var hit = item.querySelector('input[type="radio"][value="' + ev.key + '"]');
    if (!hit) return;
    ev.preventDefault();
    hit.checked = true;
    changed();
    var more = item.querySelector(".item-detail input");
    if (more && !more.value && ev.key !== "0") more.focus();
    else go(items[at + 1]);
  });

  // What was typed is kept as it goes, and it is said when.
  var said = document.getElementById("saved"), path = form.dataset.draft;
  var timer = 0, busy = false, again = false;
  function say(words) { if (said) said.textContent = words; }
  function changed() {
    if (!path) return;
    clearTimeout(timer);
    timer = setTimeout(keep, 1500);
  }
  function keep() {
    if (busy) { again = true; return; }
    busy = true;
    fetch(path, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
      redirect: "error"
    }).then(function (r) {
      if (!r.ok) throw new Error();
      return r.json();
    }).then(function (kept) {
      form.elements.draft.value = kept.draft;
      say(said.dataset.saved.replace("%", kept.at));
    }).catch(function () {
      say(said.dataset.failed);
    }).then(function () {
      busy = false;
      if (again) { again = false; keep(); }
    });
  }
  form.addEventListener("input", changed);
  form.addEventListener("submit", function () { clearTimeout(timer); path = ""; });
  if (!document.querySelector(".errors")) go(items[0]);
})();
