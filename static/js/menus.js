// A menu made of <details data-menu> comes into view when it opens. It closes with Escape, and when one presses or moves elsewhere.
const open = () => document.querySelectorAll('details[data-menu][open]');

document.addEventListener('click', ({ target }) => {
  for (const menu of open()) if (!menu.contains(target)) menu.open = false;
});

document.addEventListener('focusin', ({ target }) => {
  for (const menu of open()) if (!menu.contains(target)) menu.open = false;
});

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const menu of open()) {
    if (menu.contains(document.activeElement)) menu.querySelector('summary').focus();
    menu.open = false;
  }
});

document.addEventListener('toggle', ({ target }) => {
  if (target.open && target.matches('[data-menu]')) target.lastElementChild.scrollIntoView({ block: 'nearest' });
}, true);
