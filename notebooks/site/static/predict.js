// A prediction is worth making before the answer is seen. Each option becomes a button that says whether it is right and what it
// would mean, and the rest of the section stays closed until one has been chosen, or until the answer is asked for. Below a
// computation, which has no options, it is closed until the answer is asked for. Without this script, and on paper, all is open.
// In a deck there is nothing to close, because the answer comes with a later key. A reload keeps what was chosen and opened.
"use strict";
{
  const questions = [...document.querySelectorAll("blockquote")].filter(quote => quote.querySelector(".meaning"));
  const stretches = [...document.querySelectorAll(".until-predicted")];      // from below a question to the end of its section
  const toChoose = stretches.filter(stretch => !stretch.matches(".computed"));
  const choices = [...document.querySelectorAll(".chosen")];                 // where the answer says what was chosen

  // What was done on this page in this tab: {the number of a question: [first and last chosen]}, and the numbers of open stretches.
  const kept = {place: `predicted ${location.pathname}`, chosen: {}, open: []};
  try { Object.assign(kept, JSON.parse(sessionStorage.getItem(kept.place))); } catch { /* nothing is kept, and that is all right */ }
  function keep() {
    if (window.Reveal) return;
    kept.open = stretches.flatMap((stretch, number) => stretch.hidden ? [] : [number]);
    try { sessionStorage.setItem(kept.place, JSON.stringify(kept)); } catch { /* as above */ }
  }

  // Opens the closed stretches in which an element lies.
  function open(element) {
    for (let part = element; part; part = part.parentElement) {
      if (!part.matches(".until-predicted[hidden]")) continue;
      part.removeAttribute("hidden");
      part.previousElementSibling.hidden = true;
      const hint = questions[toChoose.indexOf(part)]?.querySelector(".hint");
      if (hint) hint.textContent = "The answer is open below.";
    }
    keep();
    window.dispatchEvent(new Event("resize"));                               // what is wide could not be measured before
  }

  function close(stretch) {
    const line = document.createElement("p"), button = document.createElement("button");
    line.className = "closed";
    button.type = "button";
    button.textContent = "Show the answer";
    button.onclick = () => {
      open(stretch);
      stretch.tabIndex = -1;                                                 // the button is gone, and the keyboard goes on from here
      stretch.focus({preventScroll: true});
    };
    line.append(button, stretch.matches(".computed") ? " The rest of the section opens with it." :
      " The rest of the section opens with it, and also when you choose.");
    stretch.before(line);
    stretch.setAttribute("hidden", "until-found");                           // a browser can still find words in it, and then says so
    stretch.addEventListener("beforematch", () => open(stretch));
  }

  function ask(question, number) {
    const status = document.createElement("p"), hint = document.createElement("span"), buttons = [];
    status.setAttribute("role", "status");
    hint.className = "hint";
    hint.textContent = "Choose one.";
    status.append(hint);
    for (const item of question.querySelectorAll("li")) {
      const line = item.querySelector("p") ?? item, button = document.createElement("button");
      const meaning = line.querySelector(".meaning");
      status.append(meaning);
      for (const link of line.querySelectorAll("a")) link.replaceWith(...link.childNodes);
      button.type = "button";
      button.setAttribute("aria-pressed", "false");
      button.append(...line.childNodes);
      line.append(button);
      buttons.push(button);
      button.onclick = event => {
        choose(buttons.indexOf(button));
        status.scrollIntoView({block: "nearest"});
        if (window.Reveal && event.detail) button.blur();                    // after a click the space bar leads on again
      };
      button.onkeydown = event => { if (event.key === " ") event.stopPropagation(); };   // in a deck it would lead on
    }
    function choose(last) {
      const letter = option => buttons[option].textContent.trim().slice(0, 3);
      const [first] = kept.chosen[number] ?? [last];                         // the first choice is the prediction
      kept.chosen[number] = [first, last];
      buttons.forEach((button, option) => button.setAttribute("aria-pressed", String(option === last)));
      [...status.children].forEach((said, place) => { said.hidden = place !== last + 1; });   // the hint comes before them
      choices[number].textContent = `You chose ${letter(first)}${first === last ? "" : ` first, and then ${letter(last)}`}.`;
      choices[number].hidden = false;
      if (toChoose[number]) open(toChoose[number]);
    }
    question.querySelector("ul").after(status);
    question.classList.add("asked");
    return choose;
  }

  // A link, or a search, may lead into what is closed.
  function openWhatIsSought() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.closest(".until-predicted[hidden]")) return;
    open(target);
    target.scrollIntoView();
  }
  const sought = stretches.length && localStorage.getItem("sphinx_highlight_terms")?.split(/\s+/).filter(Boolean);

  // From a statement to its check: where that is closed, no further than to the question that comes before it.
  for (const link of document.querySelectorAll(".thread a")) {
    link.addEventListener("click", event => {
      const around = [];
      for (let part = document.getElementById(link.hash.slice(1)); part; part = part.parentElement) around.push(part);
      const outermost = around.filter(part => part.matches(".until-predicted[hidden]")).pop();
      if (!outermost) return;
      event.preventDefault();
      const line = outermost.previousElementSibling;
      line.scrollIntoView({block: "center"});
      line.querySelector("button").focus({preventScroll: true});
    });
  }

  const openBefore = kept.open;
  stretches.forEach(close);
  questions.map(ask).forEach((choose, number) => { if (kept.chosen[number]) choose(kept.chosen[number][1]); });
  for (const number of openBefore) if (stretches[number]) open(stretches[number]);
  if (sought?.length) {
    for (const stretch of stretches) {
      const text = stretch.textContent.toLowerCase();
      if (sought.every(word => text.includes(word))) open(stretch);
    }
  }
  openWhatIsSought();
  window.addEventListener("hashchange", openWhatIsSought);
}
