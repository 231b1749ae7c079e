// The address of the window says what is looked for (in a form with data-search), so that one comes back to what was found.
document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  const form = ctx?.sourceElement.closest('[data-search]');
  if (!form) return;
  const words = new FormData(form).get('q').trim();
  history.replaceState(null, '', words ? `${form.action}?${new URLSearchParams({ q: words })}` : form.action);
});
