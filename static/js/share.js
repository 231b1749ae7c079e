// Copies a field (data-copies: its id; data-copied-says: what it holds). Without a clipboard the field is selected, ready for one's own copy.
const buttons = () => document.querySelectorAll('[data-copies]');

function settle() {
  for (const button of buttons()) button.hidden = false;
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copies);
  field.select();
  const copied = await navigator.clipboard?.writeText(field.value).then(() => true, () => false);
  button.textContent = copied ? 'Copied' : 'Selected';
  const what = button.dataset.copiedSays ?? 'The link';
  document.getElementById('said').textContent = copied ? `${what} is copied.` : `${what} is selected: copy it with your keys.`;
}

document.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-copies]');
  if (button) copy(button);
});
document.addEventListener('htmx:after:swap', settle);
settle();
