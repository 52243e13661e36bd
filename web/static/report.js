// A report is looked over while it is typed; without scripts it is when it is sent.
"use strict";
(() => {
  const form = document.getElementById("report-form");
  if (!form) return;
  const LONGEST = 1200; // of the words: they travel in an address
  const reasons = document.getElementById("reasons");
  let waiting = 0, asked = 0;

  function address() {
    const query = new URLSearchParams({ period: form.dataset.period });
    form.querySelectorAll("[name^='figures.'][name$='.metric']").forEach((metric) => {
      const value = form.querySelector(`[name='${metric.name.replace(/metric$/, "value")}']`).value.trim();
      if (value) query.append("figure", `${metric.value}=${value}`);
    });
    const percent = form.querySelector("[name=percent]").value.trim();
    if (percent) query.append("percent", percent);
    form.querySelectorAll("[name=milestones]:checked").forEach((one) => query.append("milestone", one.value));
    const text = form.querySelector("[name=text]").value.trim().slice(0, LONGEST);
    if (text) query.append("text", text);
    return `${form.dataset.check}?${query}`;
  }

  function reasonFor(doubt, isBeside) {
    const number = Number(reasons.dataset.next);
    reasons.dataset.next = number + 1;
    const field = document.createElement("div");
    field.className = "field bad";
    field.dataset.reason = doubt.dataset.code;
    const code = Object.assign(document.createElement("input"), { type: "hidden", name: `reasons.${number}.code`, value: doubt.dataset.code });
    const label = Object.assign(document.createElement("label"), { htmlFor: `reason-${number}`, textContent: isBeside ? `${doubt.dataset.metric}，${doubt.querySelector("b").textContent}：说明原因` : doubt.textContent });
    const hint = Object.assign(document.createElement("span"), { className: "hint", textContent: "填错了的，改上面的数；确认无误的，在这里写明原因，随填报保存" });
    const area = Object.assign(document.createElement("textarea"), { id: `reason-${number}`, name: `reasons.${number}.reason`, rows: 2 });
    field.append(code, label, hint, area);
    reasons.append(field);
  }

  function show(found) {
    form.querySelectorAll(".doubts").forEach((place) => place.replaceChildren());
    const other = form.querySelector(".doubts.other");
    const open = new Set();
    found.querySelectorAll("[data-fault], .doubt").forEach((said) => {
      const metric = said.dataset.metric;
      const field = [...form.querySelectorAll("[data-metric]")].find((one) => one.dataset.metric === metric);
      (field ? field.querySelector(".doubts") : other).append(document.importNode(said, true));
      if (!said.dataset.code) return;
      open.add(said.dataset.code);
      if (![...reasons.children].some((one) => one.dataset.reason === said.dataset.code)) reasonFor(said, Boolean(field));
    });
    [...reasons.children].forEach((one) => {
      const area = one.querySelector("textarea");
      if (!open.has(one.dataset.reason) && area && !area.value.trim()) one.remove();
    });
  }

  async function check() {
    const turn = ++asked;
    try {
      const answer = await fetch(address(), { headers: { Accept: "text/html" } });
      if (!answer.ok || turn !== asked) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById("checked");
      if (found) show(found);
    } catch { /* the server looks again when the form is sent */ }
  }

  form.addEventListener("input", (event) => {
    if (event.target.name && event.target.name.startsWith("reasons.")) return;
    clearTimeout(waiting);
    waiting = setTimeout(check, 500);
  });
})();
