// Says what a swapped page has to say (its data-said) in the live region outside of it, for one inside would be replaced, not read;
// and says when a request did not arrive. (The list has its own words for that.)
const said = document.getElementById('said');
const notSent = document.getElementById('not-sent');
const content = () => document.getElementById('content');

document.addEventListener('htmx:after:swap', () => {
  notSent.hidden = true;
  said.textContent = '';
  // Later: the same words twice are read twice only if the region was empty in between, and the focus has settled by then.
  setTimeout(() => {
    said.textContent = content()?.dataset.said ?? '';
    if (document.activeElement === document.body) content()?.focus({ preventScroll: true });
  }, 60);
});

document.addEventListener('htmx:error', ({ detail }) => {
  if (!detail.ctx?.sourceElement?.matches('[data-list]')) notSent.hidden = false;
});
