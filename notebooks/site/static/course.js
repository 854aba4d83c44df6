// What is wider than the page scrolls in a box of its own; a box that scrolls can be reached with the keyboard.
function reachWideBoxes() {
  for (const box of document.querySelectorAll("article pre, article .table-wrapper, mjx-container")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}
// The search reads an excerpt from each page that it found, which a browser allows on a server and not for files.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

async function start() {
  await window.MathJax?.startup?.promise;
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();   // the formulas above it have grown
  reachWideBoxes();
  document.querySelector(".sidebar-drawer").ariaLabel = "Pages of the course";
  document.querySelector(".toc-drawer").ariaLabel = "This page";
  document.documentElement.dataset.ready = "true";
}
window.addEventListener("load", start);
window.addEventListener("resize", reachWideBoxes);
