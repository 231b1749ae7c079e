// Says what a swapped page has to say (its data-said) in the live region outside of it. A region inside would be replaced, not read.
document.addEventListener('htmx:after:swap', () => {
  const said = document.getElementById('said');
  const words = document.getElementById('content')?.dataset.said ?? '';
  said.textContent = '';
  // The same words twice are read twice only if the region was empty in between.
  setTimeout(() => { said.textContent = words; }, 60);
});
