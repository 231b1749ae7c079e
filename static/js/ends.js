// What scrolls sideways and matters most at its end (data-from-end) begins there.
const settle = () => { for (const box of document.querySelectorAll('[data-from-end]')) box.scrollLeft = box.scrollWidth; };

document.addEventListener('htmx:after:swap', settle);
settle();
