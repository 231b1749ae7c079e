// Another look at a ranking changes the page in place. The address of the window says how one looks, so that it can be
// loaded again, sent to a friend, and come back to after a press that leads elsewhere.
const fields = () => document.querySelectorAll('#find input[type="search"], #find select');

// With what is looked for as it stands in the form now, which is newer than the links.
function finding(address) {
  const url = new URL(address, location.href);
  for (const { name, value } of fields()) {
    if (value.trim()) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  return url;
}

const show = (url) => history.replaceState(null, '', url);

document.addEventListener('htmx:before:request', ({ detail: { ctx } }) => {
  if (!ctx.sourceElement.matches('[data-lens]')) return;
  ctx.look = finding(ctx.request.action);
  ctx.request.action = ctx.look.href;
});

document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  if (ctx?.look && ctx.response.raw.ok) show(ctx.look);
  // What was chosen is seen in the rows, which the sheet of a phone covers.
  if (!ctx?.sourceElement.matches('[data-live]')) document.getElementById('lens-sheet')?.hidePopover?.();
});

document.addEventListener('change', ({ target }) => {
  if (target.form?.id === 'find') show(finding(location.href));
});
