// A menu made of <details data-menu> comes into view when it opens. It closes with Escape, and when one presses or moves elsewhere;
// such a press closes it and does nothing else, but for one that opens another menu.
const open = () => document.querySelectorAll('details[data-menu][open]');
let closes = false; // whether the press that has begun is such a one

document.addEventListener('pointerdown', ({ target }) => {
  closes = [...open()].some((menu) => !menu.contains(target)) && !target.closest('details[data-menu] > summary');
}, true);

document.addEventListener('click', (event) => {
  if (closes && event.detail) { // 0: pressed with a key
    event.preventDefault();
    event.stopPropagation();
  }
  closes = false;
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
}, true);

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
