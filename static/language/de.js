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
  'send.offline': 'Sie sind offline, die Nachricht wurde daher nicht gesendet.',
  'send.offlineDetail': 'Sie bleibt hier als Entwurf erhalten. Senden Sie sie, wenn die Verbindung wieder da ist.',

  // Who asked.

  // Notifications.
  'notify.title': '({unread}) Neue Nachricht: {subject} – {product}',
  'notify.untitled': 'Neue Nachricht',
  'notify.opener': 'Geöffnet von {opener}',
  'notify.missed': 'Verpasst: {subject}',
  'notify.elsewhere': 'An anderer Stelle geöffnet: {subject}',
  'notify.gone': 'Diese Nachricht wartet nicht mehr.',
  'notify.goneDetail': 'Sie wurde an anderer Stelle geöffnet, oder das Programm wartet nicht länger auf sie.',

  // Settings: devices, tokens, identities, password.

  // Settings: notifications, language, known recipients, embedding.
  'notify.heading': 'Benachrichtigungen',
  'notify.stateDefault': 'Dieser Browser wurde noch nicht gefragt, ob quillgate Sie benachrichtigen darf.',
  'notify.stateGranted': 'Benachrichtigungen sind in diesem Browser erlaubt.',
  'notify.stateDenied': 'Benachrichtigungen sind in diesem Browser blockiert. Öffnen Sie die Einstellungen dieser Website (das Symbol neben der Adresse), stellen Sie Benachrichtigungen auf „Zulassen“ und laden Sie die Seite neu.',
  'notify.stateUnsupported': 'Dieser Browser zeigt für diese Seite keine Benachrichtigungen. Nötig ist eine https-Adresse; auf iPhone und iPad muss die Seite zuerst zum Home-Bildschirm hinzugefügt werden.',
  'notify.allow': 'Benachrichtigungen erlauben',
  'notify.notification': 'Benachrichtigung auf dem Desktop',
  'notify.notificationHint': 'Wenn sich eine Nachricht öffnet, während diese Seite nicht zu sehen ist.',
  'notify.sound': 'Ton',
  'notify.soundHint': 'Dazu ein kurzer Ton. Browser spielen ihn erst, nachdem Sie in die Seite geklickt haben.',
  'notify.push': 'Dieses Gerät rufen, wenn keine Seite offen ist',
  'notify.pushHint': 'Der Push-Dienst des Browsers weckt ihn auf. Der Inhalt ist allein für diesen Browser verschlüsselt. Endet mit der Abmeldung.',
  'notify.pushMissing': 'Dieser Browser hat für diese Seite kein Web Push. Nötig ist eine https-Adresse; auf iPhone und iPad muss die Seite zuerst zum Home-Bildschirm hinzugefügt werden.',
  'notify.test': 'Test senden',
  'notify.testTitle': 'Das ist ein Test',
  'notify.testBody': 'So melden sich neue Nachrichten.',
  'notify.failed': 'Das hat nicht geklappt: {reason}',

  // My files.

  // My shares.

  // Dates and sizes.
};
