// The explorers of a page that has no kernel. Each still picture carries what its controls are; here they are built
// before it. The pictures for their values were made beforehand by frames.py and lie in frames/, one script for each
// explorer, which is loaded when the explorer comes near the view or gets the focus.
"use strict";
const whenLoaded = {};                      // the explorer's name → what to do with its pictures
function explorerFrames(name, frames) { whenLoaded[name](frames); }

function element(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function buildExplorer(still) {
  const name = still.dataset.explorer, controls = JSON.parse(still.dataset.controls);
  const picture = still.querySelector("img"), sentence = still.querySelector("[role=status]");
  const box = element("div", {class: "explorer", role: "group", "aria-label": "Controls of the picture below"});
  const places = controls.map(control => control.start);       // where each control stands
  let frames = null, ticking = null, player = null;

  // The controls, each with a function that shows where it stands.
  const rows = controls.map((control, number) => {
    const id = `explorer-${name}-${control.name}`, row = element("div", {class: "explorer-row"});
    const label = element(control.kind === "choice" ? "span" : "label", {class: "explorer-label", id: `${id}-label`}, control.label);
    const choose = place => { move(number, place); };
    row.append(label);
    if (control.kind === "choice") {
      const radios = control.texts.map((text, place) => {
        const radio = element("input", {type: "radio", name: id});
        radio.addEventListener("change", () => choose(place));
        return [radio, element("label", {}, radio, text)];
      });
      row.append(element("div", {class: "explorer-choice", role: "radiogroup", "aria-labelledby": label.id}, ...radios.map(pair => pair[1])));
      row.stand = () => { radios[places[number]][0].checked = true; };
      row.inputs = radios.map(pair => pair[0]);
    } else if (control.kind === "list") {
      const list = element("select", {id}, ...control.texts.map(text => element("option", {}, text)));
      list.addEventListener("change", () => choose(list.selectedIndex));
      row.append(list);
      row.stand = () => { list.selectedIndex = places[number]; };
      row.inputs = [list];
    } else {
      const slider = element("input", {type: "range", id, min: 0, max: control.texts.length - 1, step: 1});
      const text = element("span", {class: "explorer-value", "aria-hidden": "true"});
      slider.addEventListener("input", () => choose(Number(slider.value)));
      if (control.play) {
        player = element("button", {type: "button"});
        player.addEventListener("click", () => ticking ? pause() : play(number, control.play));
        row.append(player);
      }
      row.append(slider, text);
      row.stand = () => {
        slider.value = places[number];
        text.textContent = control.texts[places[number]];
        slider.setAttribute("aria-valuetext", text.textContent);
      };
      row.inputs = [slider];
    }
    if (label.tagName === "LABEL") label.htmlFor = id;
    row.stand();
    return row;
  });

  // The player moves its slider on, and from the last place back to the first, until it is told to pause.
  function play(number, milliseconds) {
    ticking = setInterval(() => {
      move(number, (places[number] + 1) % controls[number].texts.length);
    }, milliseconds);
    sayPlayer();
  }
  function pause() {
    clearInterval(ticking);
    ticking = null;
    sayPlayer();
  }
  function sayPlayer() {
    const sign = element("span", {"aria-hidden": "true"}, ticking ? "\u275A\u275A " : "\u25B6\uFE0E ");
    player?.replaceChildren(sign, ticking ? "Pause" : "Play");
  }
  const reset = element("button", {type: "button", title: "Back to the start values"}, "Reset");
  reset.addEventListener("click", () => {
    pause();
    controls.forEach((control, number) => { places[number] = control.start; });
    show();
  });

  // The combination that was drawn and is nearest to where the controls stand, and the numbers of the controls that stand
  // elsewhere. A button that is lit always has its own picture; a slider counts by how far it is off, and another entry of a
  // list as much as a slider's whole length. What is switched off does not count.
  function nearest() {
    let best = null, least = Infinity;
    for (const [key, [, , off = []]] of Object.entries(frames.states)) {
      const drawn = key.split(",").map(Number);
      const others = drawn.flatMap((place, n) => place === places[n] || off.includes(controls[n].name) ? [] : [n]);
      if (others.some(n => controls[n].kind === "choice")) continue;
      const away = others.reduce((sum, n) => sum +
        (controls[n].kind === "slider" ? Math.abs(drawn[n] - places[n]) / (controls[n].texts.length - 1) : 1), 0);
      if (away < least) [best, least] = [{drawn, others}, away];
    }
    return best;
  }

  function move(number, place) {
    places[number] = place;
    show();
  }
  function show() {
    rows.forEach(row => row.stand());
    if (!frames) return load();
    const {drawn, others} = nearest();
    const [number, words, off = []] = frames.states[drawn.join()];
    const shown = others.map(n => `${controls[n].label} ${controls[n].texts[drawn[n]]}`).join(" and ");
    const remark = others.length ? `No picture was made for these values; the nearest one has ${shown}. ` : "";
    still.classList.toggle("elsewhere", others.length > 0);
    still.classList.toggle("empty", number === null);   // these values cannot be drawn, which the sentence says
    if (number !== null) paint(number, words);
    if (sentence.textContent !== remark + words) say(remark, words);
    rows.forEach((row, n) => row.inputs.forEach(input => { input.disabled = off.includes(controls[n].name); }));
  }

  function say(remark, words) {
    sentence.replaceChildren(...(remark ? [element("strong", {class: "explorer-remark"}, remark)] : []), words);
  }
  // So that a longer sentence does not push the page down: room for the longest one, with a remark.
  function reserve() {
    if (!frames || !sentence.offsetHeight) return;
    const now = [...sentence.childNodes], all = Object.values(frames.states).map(state => state[1]);
    const longest = texts => texts.reduce((one, other) => other.length > one.length ? other : one);
    const values = controls.map(control => `${control.label} ${longest(control.texts)}`).sort((a, b) => b.length - a.length);
    sentence.style.minHeight = "";
    say(`No picture was made for these values; the nearest one has ${values.slice(0, 2).join(" and ")}. `, longest(all));
    const height = sentence.offsetHeight;
    sentence.replaceChildren(...now);
    sentence.style.minHeight = `${height}px`;
  }
  window.addEventListener("resize", reserve);

  // A picture is what most of them have in common, or one that it resembles, and over it what is its own. They are put
  // together in their own size: in another one, the edge of what is above would let through what is below.
  let wanted = null;
  async function paint(number, words) {
    wanted = number;
    const layers = [];
    for (let on = number; on !== null; on = frames.pictures[on][0]) layers.unshift(frames.pictures[on][1]);
    const parts = [frames.ground, ...layers].map(data => Object.assign(new Image(), {src: data}));
    await Promise.all(parts.map(part => part.decode()));
    if (number !== wanted) return;          // the control was moved on meanwhile
    const sheet = element("canvas", {width: parts[0].naturalWidth, height: parts[0].naturalHeight});
    for (const part of parts) sheet.getContext("2d").drawImage(part, 0, 0);
    picture.src = sheet.toDataURL();
    picture.alt = words;
    still.dataset.shown = number;
  }

  function load() {
    if (whenLoaded[name]) return;
    whenLoaded[name] = loaded => {
      frames = loaded;
      reserve();
      show();
    };
    const script = element("script", {src: `frames/${name}.js`});
    script.addEventListener("error", () => box.remove());
    document.head.append(script);
  }

  // A deck moves on by these keys, too; where a control takes them, they are the control's.
  box.addEventListener("keydown", event => {
    const own = event.target.tagName === "BUTTON" ? [" ", "Enter"] :
      ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown", " ", "Enter"];
    if (own.includes(event.key)) event.stopPropagation();
  });
  box.addEventListener("focusin", load);
  new IntersectionObserver((seen, observer) => {
    if (!seen.some(one => one.isIntersecting)) return;
    observer.disconnect();
    load();
  }, {rootMargin: "600px"}).observe(still);
  sayPlayer();
  box.append(...rows, element("div", {class: "explorer-row"}, reset));
  picture.before(box);
}

document.querySelectorAll("[data-explorer]").forEach(buildExplorer);
