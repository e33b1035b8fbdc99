// English. What a word may hold in braces is filled in by `t`; an object has a form for each number that the language tells apart
// (`Intl.PluralRules`).

export default {
  // The page: header, navigation, sign-in, dialogs, toasts.
  'page.close': 'Close',
  'page.cancel': 'Cancel',
  'page.notLoaded': 'This part of the page could not be loaded.',
  'page.tryAgain': 'Try again',
  'nav.home': 'Home',
  'nav.files': 'My files',
  'nav.shares': 'My shares',
  'nav.settings': 'Settings',

  // The connection.
  'connection.online': 'Online',
  'connection.connecting': 'Connecting…',
  'connection.offline': 'Offline',
  'connection.signedOut': 'Signed out',
  'connection.paused': 'Paused: open in too many places',
  'connection.pausedWhy': 'You have this page open more often than the server allows. A click here moves the connection to this one.',
  'connection.reconnecting': 'Reconnecting in {seconds} s',
  'connection.tryNow': 'Try now',
  'connection.useHere': 'Use here',
  'connection.saidOnline': 'Connected.',
  'connection.saidLost': 'Connection lost. Reconnecting.',
  'connection.saidOffline': 'You are offline.',
  'connection.ended': 'Your session has ended: you signed out in another tab, or it was ended from another device. Sign in again to go on.',
  'connection.endedKept': 'Your open messages are kept.',
  'update.ready': 'A new version is ready',
  'update.refresh': 'Refresh',

  // Home.
  'home.hello': 'Hello, {name}',
  'home.write': 'Write',
  'home.notify': 'Enable notifications',
  'home.notifyOn': 'Notifications are on. You will hear of new messages while this page is in the background.',
  'home.addresses': 'Your addresses',
  'home.noAddress': 'You have no address to send from yet. Ask your administrator.',
  'home.identityId': 'Identity id',
  'home.default': 'default',
  'recent.title': 'Recent messages',
  'recent.none': 'Nothing here yet.',
  'recent.noneWhy': 'Keep this page open. When one of your programs asks for a message, it opens here, filled in and ready for you to check and send.',
  'recent.waiting': 'Arriving',
  'recent.opened': 'Waiting for you',
  'recent.seen': 'Open',
  'recent.elsewhere': 'Open elsewhere',
  'recent.sent': 'Sent',
  'recent.discarded': 'Discarded',
  'recent.expired': 'Expired',
  'recent.to': 'To {names}',
  'recent.toNobody': 'No recipient yet',
  'recent.by': 'asked by {name}',
  'recent.noSubject': '(no subject)',
  'recent.more': { one: 'Show {count} more', other: 'Show {count} more' },
  'people.title': 'Online now',
  'people.sessions': { one: '1 session', other: '{count} sessions' },
  'people.more': { one: 'and one more', other: 'and {count} more' },
  'people.nobody': 'Nobody else is online right now.',
  'outbox.title': 'Outbox',
  'outbox.refresh': 'Refresh',
  'outbox.note': 'Nothing leaves this demo: sent messages are kept here.',
  'outbox.empty': 'Nothing sent yet. Messages stay here instead of leaving this demo.',
  'outbox.to': 'To {names}',
  'outbox.from': 'From {name}',
  'examples.title': 'Connect your programs',
  'examples.note': 'Paste these into a terminal; curl asks for your password. A token works in its place.',
  'examples.copy': 'Copy',
  'examples.copyOf': 'Copy: {title}',
  'examples.identities': 'List your addresses',
  'examples.identitiesText': 'The number in each path is the identity that the other calls take.',
  'examples.compose': 'Open a compose window',
  'examples.composeText': 'It opens on this page; the answer comes once it is really open.',
  'examples.attachment': 'Open one with an attachment',
  'examples.attachmentText': 'Uploads report.pdf, then opens a window that holds it.',
  'examples.send': 'Send without a window',
  'examples.sendText': 'The message goes out at once.',
  'examples.upload': 'Upload a file',
  'examples.uploadText': 'The answer names the location to put into “attachments”.',

  // Compose windows.
  'window.untitled': 'New message',
  'window.new': 'New',
  'window.minimise': 'Minimise',
  'window.minimiseKey': 'Minimise (Esc)',
  'window.restore': 'Restore',
  'window.full': 'Full screen',
  'window.leaveFull': 'Leave full screen',
  'window.leaveFullKey': 'Leave full screen (Esc)',
  'window.close': 'Close',
  'window.closeHint': 'Close and discard. You are asked first if you have written something.',
  'window.more': 'More for this window',
  'window.move': 'Move by keyboard',
  'window.resize': 'Resize by keyboard',
  'window.dockAgain': 'Dock again',
  'window.docked': 'The window is back in its place.',
  'window.keys': 'Keyboard shortcuts',
  'window.moveKeys': 'Arrow keys move. Enter: done. Esc: back.',
  'window.resizeKeys': 'Arrow keys resize. Enter: done. Esc: back.',
  'window.movedTo': '{x} from the left, {y} from the top',
  'window.resizedTo': '{width} wide, {height} high',
  'window.withdrawn': 'This message was taken up in another window, or its request has ended. What you wrote is kept as a draft.',
  'window.tooLarge': 'This message is too large for the browser to keep: it would be lost by closing or reloading the page.',
  'window.inOtherTab': 'A message has moved to another tab, where it was opened.',
  'window.sentElsewhere': 'This message was sent from another tab. What you wrote here is kept.',
  'keys.title': 'Keyboard shortcuts',
  'keys.ctrl': 'Ctrl',
  'keys.shift': 'Shift',
  'keys.enter': 'Enter',
  'keys.send': 'Send the message',
  'keys.escape': 'Leave full screen, or minimise the window',
  'keys.next': 'Go to the next window, the bars, and back to the page',
  'keys.previous': 'The same backwards',
  'keys.bars': 'From bar to bar',
  'keys.tab': 'From field to field',

  // Recipients.

  // The message: editor, signature, plain text.

  // Sending.

  // Who asked.

  // Notifications.

  // Settings: devices, tokens, identities, password.

  // Settings: notifications, language, known recipients, embedding.
  'embed.signIn': 'quillgate: sign in',
  'embed.dismiss': 'Hide until this tab is closed',
  'embed.openTab': 'Open quillgate in a tab of its own',
  'embed.blocked': 'Your browser does not let quillgate keep you signed in within this page. Open it in a tab of its own.',
  'embed.title': 'In other pages',
  'embed.text': 'With this line in a page that you use all day, an intranet or a webmail, your compose windows open there, and this page need not stay open.',
  'embed.line': 'The line for the page',
  'embed.hosts': 'Pages of these addresses may do so:',
  'embed.noHosts': 'No page may do so yet. Your administrator lists the addresses of such pages in server.allowed_origins.',
  'mailto.title': 'Mail links',
  'mailto.text': 'Links to mail addresses, on any page that you visit in this browser, can open a compose window here.',
  'mailto.button': 'Use quillgate for mail links',
  'mailto.asked': 'Your browser asks you now whether it may. If it says nothing, look for a sign in its address bar.',
  'mailto.tooMany': 'Too many windows are open for another one.',
  'mailto.unsupported': 'This browser does not let pages open mail links, or only over https.',

  // My files.

  // My shares.

  // Dates and sizes.
};
