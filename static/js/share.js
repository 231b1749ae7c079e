// Copies a field (data-copies: its id). Without a clipboard the field is selected, ready for one's own copy. What is said then is in the
// button's data: see templates/_copy.html.
const buttons = () => document.querySelectorAll('[data-copies]');

function settle() {
  for (const button of buttons()) button.hidden = false;
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copies);
  field.select();
  const copied = await navigator.clipboard?.writeText(field.value).then(() => true, () => false);
  const says = button.dataset;
  button.textContent = copied ? says.copied : says.selected;
  document.getElementById('said').textContent = copied ? says.copiedSays : says.selectedSays;
}

document.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-copies]');
  if (button) copy(button);
});
document.addEventListener('htmx:after:swap', settle);
settle();
