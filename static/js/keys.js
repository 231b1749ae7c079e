// The key “?” presses the link to the keys there are; what it brings opens as a dialogue.
const dialogue = () => document.getElementById('keys');
const writes = (target) => target.matches?.('input, textarea, select, [contenteditable]');

document.addEventListener('keydown', (event) => {
  if (event.key !== '?' || event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
  event.preventDefault();
  if (!dialogue().open) document.querySelector('[data-keys]').click();
});

document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  if (ctx?.sourceElement.matches('[data-keys]') && !dialogue().open) dialogue().showModal();
});

// A press beside the dialogue closes it; so does Escape, by itself.
document.addEventListener('click', ({ target }) => {
  if (target === dialogue()) dialogue().close();
});
