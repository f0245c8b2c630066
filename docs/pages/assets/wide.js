// A table or picture that is wider than its column scrolls by itself: the keyboard must reach it, and only then.
(() => {
  const WIDE = ".md-typeset__scrollwrap, .md-typeset p:has(> img[src$='.svg']), .read .picture, .read .ruled";
  const mark = place => {
    const scrolls = place.scrollWidth > place.clientWidth + 1;
    if (scrolls === place.hasAttribute("tabindex")) return;
    if (!scrolls) { for (const name of ["tabindex", "role", "aria-label"]) place.removeAttribute(name); return; }
    const nth = [...document.querySelectorAll("[role=region][tabindex]")].length + 1;
    place.tabIndex = 0;
    place.setAttribute("role", "region");
    place.setAttribute("aria-label", `Scrolls sideways, ${nth}`);
  };
  const sizes = new ResizeObserver(entries => entries.forEach(entry => mark(entry.target)));
  const seen = new WeakSet();
  // The theme puts its frame around a table while the page is read.
  const look = () => document.querySelectorAll(WIDE).forEach(place => {
    if (!seen.has(place)) { seen.add(place); sizes.observe(place); }
  });
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  look();
})();
