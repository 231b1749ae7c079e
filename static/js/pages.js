// The pages of a series stand on one line; where it is too long, the one that is shown is scrolled into view.
function settle() {
  for (const here of document.querySelectorAll('.pages [aria-current]')) {
    const line = here.parentElement;
    line.scrollLeft = here.offsetLeft - line.offsetLeft - (line.clientWidth - here.offsetWidth) / 2;
  }
}

document.addEventListener('htmx:after:swap', settle);
settle();
