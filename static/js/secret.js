// What is typed into a password field can be looked at (data-shows: the field's id). When the form goes off it is a secret again,
// for browsers remember what other fields held.
const buttons = () => document.querySelectorAll('[data-shows]');

function show(button, shown) {
  document.getElementById(button.dataset.shows).type = shown ? 'text' : 'password';
  button.ariaPressed = shown;
}

function settle() {
  for (const button of buttons()) button.hidden = false;
}

document.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-shows]');
  if (button) show(button, button.ariaPressed !== 'true');
});

document.addEventListener('submit', () => {
  for (const button of buttons()) show(button, false);
});

document.addEventListener('htmx:after:swap', settle);
settle();
