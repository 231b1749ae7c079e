// Says what a swapped page or part of it has to say (its data-said) in the live region outside of it, for one inside would be replaced, not read;
// why a button does nothing (its data-why; where the page has a #why, it is shown there too, until the next press); and when a request did not arrive. (The list has its own words for that.) Puts messages away (data-close).
const said = document.getElementById('said');
const notSent = document.getElementById('not-sent');
const content = () => document.getElementById('content');

// Later: the same words twice are read twice only if the region was empty in between, and the focus has settled by then.
function say(words) {
  said.textContent = '';
  setTimeout(() => { said.textContent = words(); }, 60);
}

document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  if (ctx?.swap === 'none') return;
  if (ctx?.sourceElement.matches('[data-live]')) return say(() => ctx.sourceElement.dataset.said);
  notSent.hidden = true;
  say(() => {
    if (document.activeElement === document.body) content()?.focus({ preventScroll: true });
    return document.getElementById(ctx?.target?.id)?.dataset.said ?? content()?.dataset.said ?? '';
  });
});

document.addEventListener('click', ({ target }) => {
  const closed = target.closest('[data-close]')?.closest('.note');
  if (closed) closed.hidden = true;
  const why = target.closest('[aria-disabled="true"][data-why]')?.dataset.why;
  if (why) say(() => why);
  show(why);
});

function show(why = '') {
  const note = document.getElementById('why');
  if (!note) return;
  note.querySelector('span').textContent = why;
  note.hidden = !why;
}

document.addEventListener('htmx:error', ({ detail }) => {
  if (!detail.ctx?.sourceElement?.matches('[data-save], [data-live], [data-quiet]')) notSent.hidden = false;
});
