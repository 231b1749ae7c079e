// While the answer to a choice (a form with data-chooses) is on its way, what the page still shows of the choice before (data-chosen)
// cannot be taken along. A choice that did not arrive is taken back, for the page shows the one before.
let newest; // a choice makes way for the next

function wait(is) {
  for (const part of document.querySelectorAll('[data-chosen]')) part.inert = is;
}

document.addEventListener('htmx:before:request', ({ detail: { ctx } }) => {
  if (!ctx.sourceElement.matches('[data-chooses]')) return;
  newest = ctx;
  wait(true);
});

document.addEventListener('htmx:error', ({ detail: { ctx } }) => {
  if (ctx && ctx === newest) ctx.sourceElement.reset();
});

document.addEventListener('htmx:finally:request', ({ detail: { ctx } }) => {
  if (ctx === newest) wait(false);
});
