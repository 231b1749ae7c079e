// Suggests an address (data-suggested-from: the id of the title's field) as the title is typed, while nobody has written one of their
// own: then it is what was suggested last. The server makes it in the same way (ranker/exchange/series.py: address_of).
const LONGEST = 80;
const trimmed = (text) => text.replace(/^-|-$/g, '');

function addressOf(title) {
  const plain = title.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return trimmed(trimmed(plain.replace(/['’‘`]/g, '').replace(/[^a-z0-9]+/g, '-')).slice(0, LONGEST));
}

document.addEventListener('input', ({ target }) => {
  for (const address of document.querySelectorAll('[data-suggested-from]')) {
    if (target.id !== address.dataset.suggestedFrom || address.value !== (address.dataset.suggested ?? '')) continue;
    address.value = address.dataset.suggested = addressOf(target.value);
  }
});
