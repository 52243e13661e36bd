// What makes the console nicer where scripts run; everything works without.
"use strict";

// A form is sent once; a grave act is asked for once more.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const ask = form.dataset.ask;
  if (ask && !window.confirm(ask)) { event.preventDefault(); return; }
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method === "post" && !form.hasAttribute("data-download")) {
    form.dataset.sent = "1";
    form.querySelectorAll("button").forEach((button) => { button.setAttribute("aria-busy", "true"); });
  }
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
});

// The menu lies open on a desk, closed on a phone and where somebody has zoomed in.
const menu = document.querySelector(".side details");
if (menu) {
  const wide = window.matchMedia("(min-width: 60.01rem)");
  const set = () => { menu.open = wide.matches; };
  set();
  wide.addEventListener("change", set);
}

// Filters act as soon as something is chosen with a mouse or a finger. With arrow keys one passes
// the other choices on the way, so then they act when they are sent.
let isTyping = false;
document.addEventListener("keydown", () => { isTyping = true; }, true);
document.addEventListener("pointerdown", () => { isTyping = false; }, true);
document.querySelectorAll("form.filters select").forEach((select) => {
  select.addEventListener("change", () => { if (!isTyping) select.form.requestSubmit(); });
});

// After a refusal one goes on from where it is told.
const refusal = document.querySelector(".note.fault[tabindex]");
if (refusal) refusal.focus();

// Another row in a table that is filled in.
document.querySelectorAll("[data-add-row]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => {
    const body = document.getElementById(button.dataset.addRow);
    const last = body.rows[body.rows.length - 1];
    const row = last.cloneNode(true);
    const number = body.rows.length;
    row.querySelectorAll("[name]").forEach((field) => {
      field.name = field.name.replace(/\.\d+\./, `.${number}.`);
      if (field.id) field.id = field.id.replace(/-\d+-/, `-${number}-`);
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
      if (field.type === "checkbox") field.checked = false; else field.value = "";
    });
    row.querySelectorAll("label[for]").forEach((label) => {
      label.htmlFor = label.htmlFor.replace(/-\d+-/, `-${number}-`);
    });
    row.querySelectorAll(".error").forEach((error) => error.remove());
    body.append(row);
    row.querySelector("input, select, textarea").focus();
  });
});

// Tick all.
document.querySelectorAll("[data-tick-all]").forEach((box) => {
  box.addEventListener("change", () => {
    document.querySelectorAll(`input[type=checkbox][name="${box.dataset.tickAll}"]`)
      .forEach((one) => { one.checked = box.checked; });
  });
});

// Pages that refresh themselves, as on a wall; not while somebody types.
const every = Number(document.body.dataset.refresh || 0);
if (every) {
  setInterval(() => {
    if (document.hidden || document.querySelector("form:focus-within")) return;
    if (document.body.dataset.next) location.assign(document.body.dataset.next); else location.reload();
  }, every * 1000);
}

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

// Long lists to tick from are narrowed by typing; what is ticked stays in sight.
document.querySelectorAll(".choices.long").forEach((box) => {
  const find = document.createElement("input");
  find.type = "search";
  find.className = "choices-find";
  find.placeholder = "输入文字筛选";
  find.setAttribute("aria-label", "筛选");
  find.addEventListener("input", () => {
    box.querySelectorAll("label").forEach((one) => {
      one.hidden = !one.textContent.includes(find.value.trim()) && !one.querySelector("input").checked;
    });
  });
  find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  box.before(find);
});
