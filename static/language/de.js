// German. The same words as in en.js.

/** @type {Record<keyof typeof import('./en.js').default, string | Record<string, string>>} */
export default {
  // The page: header, navigation, sign-in, dialogs, toasts.
  'page.close': 'Schließen',
  'page.cancel': 'Abbrechen',
  'page.notLoaded': 'Dieser Teil der Seite konnte nicht geladen werden.',
  'page.tryAgain': 'Erneut versuchen',
  'nav.home': 'Start',
  'nav.files': 'Meine Dateien',
  'nav.shares': 'Meine Freigaben',
  'nav.settings': 'Einstellungen',

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
