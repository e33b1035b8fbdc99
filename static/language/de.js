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
  'window.untitled': 'Neue Nachricht',
  'window.new': 'Neu',
  'window.minimise': 'Minimieren',
  'window.minimiseKey': 'Minimieren (Esc)',
  'window.restore': 'Wiederherstellen',
  'window.full': 'Vollbild',
  'window.leaveFull': 'Vollbild verlassen',
  'window.leaveFullKey': 'Vollbild verlassen (Esc)',
  'window.close': 'Schließen',
  'window.closeHint': 'Schließen und verwerfen. Wenn Sie etwas geschrieben haben, werden Sie vorher gefragt.',
  'window.more': 'Mehr zu diesem Fenster',
  'window.move': 'Mit der Tastatur verschieben',
  'window.resize': 'Größe mit der Tastatur ändern',
  'window.dockAgain': 'Wieder andocken',
  'window.docked': 'Das Fenster ist wieder an seinem Platz.',
  'window.keys': 'Tastenkürzel',
  'window.moveKeys': 'Pfeiltasten verschieben. Eingabe: fertig. Esc: zurück.',
  'window.resizeKeys': 'Pfeiltasten ändern die Größe. Eingabe: fertig. Esc: zurück.',
  'window.movedTo': '{x} von links, {y} von oben',
  'window.resizedTo': '{width} breit, {height} hoch',
  'window.withdrawn': 'Diese Nachricht wurde in einem anderen Fenster übernommen, oder die Anfrage ist beendet. Was Sie geschrieben haben, bleibt als Entwurf erhalten.',
  'window.tooLarge': 'Diese Nachricht ist zu groß, um im Browser aufbewahrt zu werden: Beim Schließen oder Neuladen der Seite ginge sie verloren.',
  'window.inOtherTab': 'Eine Nachricht ist in einen anderen Tab gewechselt, in dem sie geöffnet wurde.',
  'window.sentElsewhere': 'Diese Nachricht wurde in einem anderen Tab gesendet. Was Sie hier geschrieben haben, bleibt erhalten.',
  'keys.title': 'Tastenkürzel',
  'keys.ctrl': 'Strg',
  'keys.shift': 'Umschalt',
  'keys.enter': 'Eingabe',
  'keys.send': 'Nachricht senden',
  'keys.escape': 'Vollbild verlassen oder Fenster minimieren',
  'keys.next': 'Zum nächsten Fenster, zu den Leisten und zurück zur Seite',
  'keys.previous': 'Dasselbe rückwärts',
  'keys.bars': 'Von Leiste zu Leiste',
  'keys.tab': 'Von Feld zu Feld',

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
