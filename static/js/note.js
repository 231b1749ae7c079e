// The field for a note takes the focus when it opens, and says under it how many characters are left (data-counted), in the words of the page.
document.addEventListener('toggle', ({ target }) => {
  if (!target.open || !target.matches('[data-keeps-open]')) return;
  target.querySelector('textarea').focus({ preventScroll: true });
  target.lastElementChild.scrollIntoView({ block: 'nearest' });
}, true);

document.addEventListener('input', ({ target }) => {
  if (!target.matches('[data-counted]')) return;
  const left = target.maxLength - target.value.length;
  const words = left === 1 ? target.dataset.leftOne : target.dataset.left;
  document.getElementById(target.dataset.counted).textContent = words.replace('{left}', left);
});
