// The command palette (Ctrl-K): finds pages, customers, cases and figures. Without this script,
// the search field and the rail do the same.
"use strict";

const project = document.body.dataset.project;

function palette() {
  const dialog = document.createElement("dialog");
  dialog.className = "palette";
  dialog.setAttribute("aria-label", "Find anything");
  const input = document.createElement("input");
  input.type = "search";
  input.setAttribute("aria-label", "Find a page, customer, case or figure");
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-expanded", "true");
  input.setAttribute("aria-controls", "palette-results");
  const list = document.createElement("ul");
  list.id = "palette-results";
  list.setAttribute("role", "listbox");
  dialog.append(input, list);
  document.body.append(dialog);

  let chosen = 0;
  let asked = 0;
  let answered = null;

  const choose = (place) => {
    const links = [...list.querySelectorAll("a")];
    chosen = links.length ? (place + links.length) % links.length : 0;
    links.forEach((link, i) => link.setAttribute("aria-selected", String(i === chosen)));
    links[chosen]?.scrollIntoView({ block: "nearest" });
  };

  const show = (results) => {
    list.replaceChildren(...results.map(({ words, kind, address }) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = address;
      link.setAttribute("role", "option");
      link.textContent = words;
      const small = document.createElement("small");
      small.textContent = ` ${kind}`;
      link.append(small);
      item.append(link);
      return item;
    }));
    choose(0);
  };

  const find = async () => {
    const turn = ++asked;
    const words = input.value;
    const query = new URLSearchParams({ q: words });
    const answer = await fetch(`/p/${project}/find?${query}`, { headers: { Accept: "application/json" } });
    if (answer.ok && turn === asked) {
      show(await answer.json());
      answered = words;
    }
  };

  // Who types faster than the server answers goes where the typed words lead.
  const go = async () => {
    clearTimeout(waiting);
    if (answered !== input.value) await find();
    list.querySelectorAll("a")[chosen]?.click();
  };

  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(find, 120);
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      go();
    }
  });
  return () => {
    dialog.showModal();
    input.select();
    find();
  };
}

if (project) {
  const open = palette();
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
}

// Buttons with a key of their own: pressed while no field has the focus.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea, dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  document.querySelector(`button[data-key="${CSS.escape(event.key)}"]`)?.click();
});
