// Puts the page together: who is signed in, the connection, the windows.

import { onSignedOut, request } from './api.js';
import { Dock } from './compose/dock.js';
import { DraftStore } from './compose/draft-store.js';
import { draftWithFiles, newDraft } from './compose/draft.js';
import { MailLinks } from './compose/mail-links.js';
import { claimTab } from './compose/tab.js';
import { retryDelay } from './connection/backoff.js';
import { Connection } from './connection/connection.js';
import { LifeSigns } from './connection/life-signs.js';
import { Offers } from './connection/offers.js';
import { Update } from './connection/update.js';
import { ConnectionStatus } from './home/connection-status.js';
import { Home } from './home/home.js';
import { loadIdentities } from './identities.js';
import { Wanted } from './notify/wanted.js';
import { forgetUser, lastUser, rememberUser } from './offline/last-user.js';
import { holdVersion, keepPage } from './offline/shell.js';
import { closeDialogs } from './page/dialog.js';
import { byId } from './page/dom.js';
import { embedded } from './page/in-view.js';
import { t, translate } from './page/language.js';
import { styleSheet } from './page/style-sheet.js';
import { LazyPage } from './page/lazy-page.js';
import { Pages } from './page/pages.js';
import { toast } from './page/toast.js';
import { whenIdle } from './page/when-idle.js';
import { SignIn } from './sign-in.js';

/** Until the server has told who the cookie belongs to. */
const UNKNOWN = { login: '', name: '' };

translate(document);
if (!embedded) holdVersion();

const tab = claimTab();

/** The user whose windows are on the page, also while the sign-in form covers it. @type {{login: string, name: string} | null} */
let user = null;
let signedIn = false;
let startTimer = 0;

const dock = new Dock(byId('dock'), byId('write'));
const mailLinks = new MailLinks(dock);
const home = new Home(dock, { write: () => write(newDraft()), signOut });
const files = new LazyPage(byId('files'), t('nav.files'), async () => {
  const { FilesPage } = await import('./files/files-page.js');
  return () => {
    const page = new FilesPage((attachments) => write(draftWithFiles(attachments)));
    // Nobody, if they have signed out meanwhile.
    if (user) page.enter(user.login);
    return page;
  };
});
const shares = new LazyPage(byId('shares'), t('nav.shares'), async () => {
  const { SharesPage } = await import('./shares/shares-page.js');
  return () => new SharesPage();
});
const settings = new LazyPage(byId('settings'), t('nav.settings'), async () => {
  const [{ settingsPage }] = await Promise.all([import('./settings/settings-page.js'), styleSheet('settings')]);
  return () => settingsPage({ identitiesChanged });
});
const pages = new Pages({ home, files, shares, settings });
const signIn = new SignIn(enter);
const status = new ConnectionStatus(() => (signedIn ? connection.tryNow() : start()));
const connection = new Connection({ state: (state) => status.show(state), frame: receive, signedOut: sessionEnded, doubt });
const lifeSigns = new LifeSigns(connection);
const offers = new Offers(connection, dock);
const update = new Update();
const wanted = new Wanted(dock);

onSignedOut(sessionEnded);
dock.on('sent', (window, { message, warning }) => {
  toast(message, { warning });
  home.sent();
  shares.loaded?.refresh();
});
byId('skip-to-windows').addEventListener('click', () => dock.node.focus());
addEventListener('online', () => !signedIn && byId('sign-in').hidden && start());
addEventListener('hashchange', () => user && followAddress());
document.addEventListener('visibilitychange', () => {
  // The person may have signed in again in another tab.
  if (document.visibilityState === 'visible' && !signedIn && !byId('sign-in').hidden) enter(UNKNOWN).catch(() => {});
});
// A file dropped beside a window would otherwise replace the page.
for (const kind of ['dragover', 'drop']) addEventListener(kind, (event) => event.preventDefault());

/** Finds out whether somebody is signed in, however long the server takes to come back. */
async function start(attempt = 0) {
  clearTimeout(startTimer);
  try {
    await enter(UNKNOWN);
  } catch (error) {
    if (/** @type {import('./api.js').ApiError} */ (error).status === 401) {
      forgetUser();
      status.show({ name: 'signed-out' });
      if (user) leave();
      signIn.show({ login: user?.login });
      return;
    }
    await enterOffline();
    const delay = Math.max(1000, retryDelay(attempt));
    status.show({ name: 'reconnecting', at: Date.now() + delay });
    startTimer = setTimeout(() => start(attempt + 1), delay);
  }
}

/** The server cannot be reached: whoever was signed in on this device goes on with their drafts. */
async function enterOffline() {
  const known = lastUser();
  if (user || !known) return;
  const { login, name, identities } = known;
  user = { login, name };
  home.enter(user, identities);
  if (!embedded) pages.enter();
  const store = new DraftStore(login, await tab);
  // Somebody may have signed in meanwhile.
  if (user?.login !== login) return;
  await dock.enter(store, { identities, login });
  followAddress();
}

/** `#write`, from the icon of the installed page. */
function followAddress() {
  if (location.hash !== '#write') return;
  history.replaceState(history.state, '', location.pathname + location.search);
  write(newDraft());
}

/** Opens a window that the person has asked for. @param {import('./compose/draft.js').Draft} draft */
function write(draft) {
  dock.open(draft, { asked: true }).catch(() => toast(t('page.notLoaded')));
}

/** What the user was called here the last time, until the server says it. @param {string} login */
function nameKnown(login) {
  const known = lastUser();
  return known?.login === login ? known.name : '';
}

/** @param {{login: string, name: string}} next */
async function enter(next) {
  const { login, identities } = await loadIdentities();
  // What the server calls the user at sign-in or in `hello`; the paths of the identities are second best.
  const name = next.login || login || '';
  const before = user;
  const same = before?.login === name;
  if (before && !same) {
    dock.leave();
    offers.reset();
  }
  const entered = { login: name, name: next.name || (same ? before.name : nameKnown(name)) };
  user = entered;
  signedIn = true;
  signIn.hide();
  home.enter(entered, identities);
  files.loaded?.enter(name);
  if (!embedded) pages.enter();
  if (same) dock.show();
  else {
    const store = new DraftStore(name, await tab);
    if (user === entered) await dock.enter(store, { identities, login: name });
  }
  if (!signedIn) dock.hide();
  // Meanwhile they may have signed out, or somebody else in.
  if (!signedIn || user !== entered) return;
  // The first window is not to wait for what it is made of.
  whenIdle(() => dock.ready().then(() => import('./compose/body/message-body.js')).then(({ prepareMessage }) => prepareMessage(), () => {}));
  rememberUser({ ...entered, identities });
  followAddress();
  connection.start();
  mailLinks.enter();
  if (!embedded) whenIdle(keepPage);
}

/** New windows offer them as they are now. */
async function identitiesChanged() {
  const { identities } = await loadIdentities();
  dock.user = { ...dock.user, identities };
  if (user) home.enter(user, identities);
}

/** @param {import('./connection/frames.js').ServerFrame} frame */
async function receive(frame) {
  if (frame.type === 'presence') return home.presence(frame);
  if (frame.type !== 'hello') {
    if (frame.type !== 'pong') home.recent.changed();
    await offers.receive(frame);
    wanted.opened();
    return;
  }
  // The cookie is the browser's: another tab may have signed in as somebody else.
  if (frame.user.login !== user?.login) {
    leave();
    return enter(frame.user).catch(() => start());
  }
  dispatchEvent(new Event('connected'));
  user.name = frame.user.name;
  home.name(user);
  offers.greet(frame);
  wanted.online();
  lifeSigns.start(frame.pulse);
  home.greet(connection, frame);
  update.greet(frame.assets);
}

/** The server does not know the session any more. The windows stay, out of sight, until the same user is back. */
function sessionEnded() {
  if (!signedIn) return;
  forgetUser();
  const hint = [t('connection.ended'), ...(dock.windows.length ? [t('connection.endedKept')] : [])].join(' ');
  leave();
  signIn.show({ login: user?.login, hint });
}

/** Attempt after attempt fails: it may be that the cookie is gone, and then the answer to any request says so. */
function doubt() {
  if (signedIn) loadIdentities().catch(() => {});
}

async function signOut() {
  const sending = dock.windows.filter((window) => window.sending).length;
  leave();
  dock.leave();
  files.loaded?.leave();
  offers.reset();
  const login = user?.login;
  user = null;
  forgetUser();
  import('./notify/web-push.js').then(({ forgetPush }) => forgetPush()).catch(() => {});
  await request('POST', 'logout', { json: {} }).catch((error) => toast(t('signIn.maybeSignedIn'), { warning: error.message }));
  signIn.show({ login, hint: [t('signIn.signedOut'), ...(sending ? [t('signIn.stillSending', { count: sending })] : [])].join(' ') });
}

function leave() {
  signedIn = false;
  mailLinks.leave();
  lifeSigns.stop();
  connection.stop();
  home.leave();
  pages.leave();
  closeDialogs();
  dock.hide();
}

if (embedded && parent === window) location.replace(document.baseURI);
else start();
if (embedded) import('./embed/frame.js').then(({ EmbeddedFrame }) => new EmbeddedFrame().start());
