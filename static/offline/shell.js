// Registers the service worker, which keeps the page for times without a network.

const ADDRESS = new URL('sw.js', document.baseURI).href;
const { version } = document.documentElement.dataset;

const { trustedTypes } = window;
const policy = trustedTypes?.createPolicy('quillgate', {
  createScriptURL(/** @type {string} */ address) {
    if (address === ADDRESS) return address;
    throw new TypeError('not the address of the service worker');
  },
});

/** Browsers have them in secure contexts only. */
const hasWorker = 'serviceWorker' in navigator;

let isKept = false;

/** For those who are signed in: whoever only passes by does not fetch all files. */
export async function keepPage() {
  if (!hasWorker || isKept) return;
  isKept = true;
  try {
    await navigator.serviceWorker.register(policy?.createScriptURL(ADDRESS) ?? ADDRESS, { updateViaCache: 'none' });
    // In the language that the page has now.
    if (window.Notification?.permission === 'granted') await (await import('../notify/words.js')).leaveWords();
  } catch (error) {
    // Without it the page works as long as there is a network.
    console.info('no service worker:', /** @type {Error} */ (error).message);
  }
}

/** As long as the page is open the worker keeps the files of its version. The name is that of their cache, see sw.js. */
export function holdVersion() {
  if (!hasWorker) return;
  const name = `quillgate ${new URL(document.baseURI).pathname} ${version}`;
  navigator.locks?.request(name, { mode: 'shared' }, () => new Promise(() => {})).catch(() => {});
}
