// A formula that is wider than the page becomes smaller, down to six tenths. What is still wider, or cannot become smaller, scrolls
// in a box of its own; a box that scrolls can be reached with the keyboard.
function reachWideBoxes() {
  for (const box of document.querySelectorAll("mjx-container[display]")) {
    box.style.fontSize = "";
    const share = box.clientWidth / box.scrollWidth;
    if (share < 1) box.style.fontSize = `${Math.max(60, Math.floor(98 * share))}%`;
  }
  for (const box of document.querySelectorAll("article pre, article .table-wrapper, mjx-container")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}
// Paper cannot unfold: hints and answers are open while it is printed.
let unfolded = [];
window.addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll("article details:not([open])")];
  unfolded.forEach(one => { one.open = true; });
});
window.addEventListener("afterprint", () => unfolded.forEach(one => { one.open = false; }));

// The browser tab needs a server: from files its link would open an empty page.
function hideWhatNeedsAServer() {
  if (location.protocol === "file:") document.querySelectorAll(".run").forEach(line => { line.hidden = true; });
}
hideWhatNeedsAServer();
// The search reads an excerpt from each page that it found, which a browser allows on a server and not for files.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

// What moves for longer than five seconds can be stopped: the picture of the front page has a still, for those who want no motion.
function makeStoppable(picture) {
  const still = picture.querySelector("source"), button = document.createElement("button"), reduced = still.media;
  if (matchMedia(reduced).matches) return;
  button.type = "button";
  button.textContent = "Stop the picture";
  button.onclick = () => {
    still.media = still.media === "all" ? reduced : "all";
    button.textContent = still.media === "all" ? "Let the picture move" : "Stop the picture";
  };
  picture.after(button);
}

async function start() {
  await window.MathJax?.startup?.promise;
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();   // the formulas above it have grown
  reachWideBoxes();
  document.querySelectorAll("picture.cover").forEach(makeStoppable);
  document.querySelector(".sidebar-drawer").ariaLabel = "Pages of the course";
  document.querySelector(".toc-drawer").ariaLabel = "This page";
  document.documentElement.dataset.ready = "true";
}
window.addEventListener("load", start);
window.addEventListener("resize", reachWideBoxes);
