// Copies the link of a shared list (data-copies: the field's id). Without a clipboard the field is selected, ready for one's own copy.
const buttons = () => document.querySelectorAll('[data-copies]');

function settle() {
  for (const button of buttons()) button.hidden = false;
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copies);
  field.select();
  const copied = await navigator.clipboard?.writeText(field.value).then(() => true, () => false);
  button.textContent = copied ? 'Copied' : 'Selected';
  document.getElementById('said').textContent = copied ? 'The link is copied.' : 'The link is selected: copy it with your keys.';
}

document.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-copies]');
  if (button) copy(button);
});
document.addEventListener('htmx:after:swap', settle);
settle();
