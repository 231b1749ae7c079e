// Copies a field (data-copies: its id), and says so in the words of the press (templates/_copy.html). Without a clipboard the field is selected,
// ready for one's own copy.
const buttons = () => document.querySelectorAll('[data-copies]');

function settle() {
  for (const button of buttons()) button.hidden = false;
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copies);
  field.select();
  const copied = await navigator.clipboard?.writeText(field.value).then(() => true, () => false);
  const { copied: done, copiedSays, selected, selectedSays } = button.dataset;
  button.textContent = copied ? done : selected;
  document.getElementById('said').textContent = copied ? copiedSays : selectedSays;
}

document.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-copies]');
  if (button) copy(button);
});
document.addEventListener('htmx:after:swap', settle);
settle();
