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

  // Who asked.

  // Notifications.

  // Settings: devices, tokens, identities, password.

  // Settings: notifications, language, known recipients, embedding.

  // My files.

  // My shares.

  // Dates and sizes.
};
