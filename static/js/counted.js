// Says under a text field (data-counted) how many characters are left.
document.addEventListener('input', ({ target }) => {
  if (!target.matches('[data-counted]')) return;
  const left = target.maxLength - target.value.length;
  document.getElementById(target.getAttribute('aria-describedby')).textContent = `${left} ${left === 1 ? 'character' : 'characters'} left`;
});
