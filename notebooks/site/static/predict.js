// A prediction is worth making before the answer is seen. Each option becomes a button that says what it would mean, and what
// gives the answer away stays closed until one has been chosen, or until the answer is asked for. Without this script, and on
// paper, all is open. In a deck there is nothing to close, because the answer comes with a later key.
"use strict";
{
  const questions = [...document.querySelectorAll("blockquote")].filter(quote => quote.querySelector(".meaning"));
  const stretches = [...document.querySelectorAll(".until-predicted")];      // from below the question to the end of its answer
  const choices = [...document.querySelectorAll(".chosen")];                 // where the answer says what was chosen

  // Opens the closed stretches in which an element lies.
  function open(element) {
    for (let part = element; part; part = part.parentElement) {
      if (!part.matches(".until-predicted[hidden]")) continue;
      part.removeAttribute("hidden");
      part.previousElementSibling.hidden = true;
    }
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
    line.append(button, " It opens by itself when you have chosen.");
    stretch.before(line);
    stretch.setAttribute("hidden", "until-found");                           // a browser can still find words in it, and then says so
    stretch.addEventListener("beforematch", () => open(stretch));
  }

  function ask(question, number) {
    const status = document.createElement("p"), hint = document.createElement("span"), buttons = [];
    status.setAttribute("role", "status");
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
        for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
        for (const other of status.children) other.hidden = other !== meaning;
        status.scrollIntoView({block: "nearest"});
        if (choices[number].hidden) {                                        // the first choice is the prediction
          choices[number].textContent = `You chose ${meaning.textContent.slice(0, 3)}.`;
          choices[number].hidden = false;
        }
        if (stretches[number]) open(stretches[number]);
        if (window.Reveal && event.detail) button.blur();                    // after a click the space bar leads on again
      };
      button.onkeydown = event => { if (event.key === " ") event.stopPropagation(); };   // in a deck it would lead on
    }
    question.querySelector("ul").after(status);
    question.classList.add("asked");
  }

  // A link, or a search, may lead into what is closed.
  function openWhatIsSought() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.closest(".until-predicted[hidden]")) return;
    open(target);
    target.scrollIntoView();
  }
  const sought = stretches.length && localStorage.getItem("sphinx_highlight_terms")?.split(/\s+/).filter(Boolean);

  stretches.forEach(close);
  questions.forEach(ask);
  if (sought?.length) {
    for (const stretch of stretches) {
      const text = stretch.textContent.toLowerCase();
      if (sought.every(word => text.includes(word))) open(stretch);
    }
  }
  openWhatIsSought();
  window.addEventListener("hashchange", openWhatIsSought);
}
