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

  // Home.

  // Compose windows.

  // Recipients.

  // The message: editor, signature, plain text.

  // Sending.
  'send.offline': 'You are offline, so the message was not sent.',
  'send.offlineDetail': 'It is kept here as a draft. Send it when the connection is back.',

  // Who asked.

  // Notifications.
  'notify.title': '({unread}) New message: {subject} – {product}',
  'notify.untitled': 'New message',
  'notify.opener': 'Opened by {opener}',
  'notify.missed': 'Missed: {subject}',
  'notify.elsewhere': 'Opened elsewhere: {subject}',
  'notify.gone': 'This message is not waiting any more.',
  'notify.goneDetail': 'It was opened in another place, or its program has stopped waiting.',

  // Settings: devices, tokens, identities, password.

  // Settings: notifications, language, known recipients, embedding.
  'notify.heading': 'Notifications',
  'notify.stateDefault': 'This browser has not been asked yet whether quillgate may notify you.',
  'notify.stateGranted': 'Notifications are allowed in this browser.',
  'notify.stateDenied': 'Notifications are blocked in this browser. To allow them, open the settings of this site (the icon beside the address), set notifications to “Allow” and reload the page.',
  'notify.stateUnsupported': 'This browser shows no notifications for this page. They need an https address; on an iPhone or iPad, add the page to the home screen first.',
  'notify.allow': 'Allow notifications',
  'notify.notification': 'Notification on the desktop',
  'notify.notificationHint': 'When a message opens while this page is out of sight.',
  'notify.sound': 'Sound',
  'notify.soundHint': 'A short tone along with it. Browsers play it only after you have clicked in the page.',
  'notify.push': 'Call this device when no page is open',
  'notify.pushHint': 'The browser’s push service wakes it. What it carries is encrypted for this browser alone. Ends when you sign out.',
  'notify.pushMissing': 'This browser has no Web Push for this page. It needs an https address; on an iPhone or iPad, add the page to the home screen first.',
  'notify.test': 'Send a test notification',
  'notify.testTitle': 'This is a test',
  'notify.testBody': 'New messages will announce themselves like this.',
  'notify.failed': 'That did not work: {reason}',

  // My files.

  // My shares.

  // Dates and sizes.
};
