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
  'message.label': 'Nachricht',
  'message.placeholder': 'Schreiben Sie Ihre Nachricht',
  'message.tools': 'Formatierung',
  'message.more': 'Weitere Formatierung',
  'message.bold': 'Fett',
  'message.italic': 'Kursiv',
  'message.underline': 'Unterstrichen',
  'message.strike': 'Durchgestrichen',
  'message.colour': 'Textfarbe',
  'message.highlight': 'Hervorheben',
  'message.size': 'Schriftgröße',
  'message.bullets': 'Aufzählung',
  'message.numbers': 'Nummerierte Liste',
  'message.indent': 'Weiter einrücken',
  'message.outdent': 'Weniger einrücken',
  'message.quote': 'Zitat',
  'message.link': 'Link',
  'message.image': 'Bild einfügen',
  'message.align': 'Ausrichtung',
  'message.clear': 'Formatierung entfernen',
  'message.undo': 'Rückgängig',
  'message.redo': 'Wiederholen',
  'message.plain': 'Nur Text',
  'message.rich': 'Formatierung',
  'message.plainTitle': 'Zu reinem Text wechseln?',
  'message.plainWarning': 'Reiner Text wird ohne Farben, Fettdruck, Bilder und Ähnliches gesendet. Alles kommt zurück, wenn Sie wieder zur Formatierung wechseln, bevor Sie den Text ändern.',
  'message.plainSubmit': 'Nur Text verwenden',
  'message.linkNew': 'Link einfügen',
  'message.linkEdit': 'Link bearbeiten',
  'message.linkAddress': 'Adresse',
  'message.linkText': 'Text',
  'message.linkRemove': 'Link entfernen',
  'message.linkSubmit': 'Übernehmen',
  'message.linkWrong': 'Geben Sie eine Adresse ein, die mit https:// beginnt, oder eine E-Mail-Adresse wie name@example.org.',
  'message.imageAttached': '{name} wurde stattdessen angehängt.',
  'message.imageTooLarge': 'Das Bild ist zu groß, um im Text zu stehen.',
  'message.imageBroken': 'Die Datei ließ sich nicht als Bild lesen.',
  'message.notShown': 'Die Nachricht konnte nicht angezeigt werden.',
  'message.notRead': 'Die Nachricht konnte nicht gelesen werden. Versuchen Sie es noch einmal.',
  'message.colourNone': 'Standard',
  'message.highlightNone': 'Keine',
  'message.grey': 'Grau',
  'message.red': 'Rot',
  'message.orange': 'Orange',
  'message.yellow': 'Gelb',
  'message.green': 'Grün',
  'message.teal': 'Petrol',
  'message.blue': 'Blau',
  'message.purple': 'Violett',
  'message.pink': 'Rosa',
  'message.sizeSmall': 'Klein',
  'message.sizeNormal': 'Normal',
  'message.sizeLarge': 'Groß',
  'message.sizeHuge': 'Sehr groß',
  'message.alignStart': 'Am Zeilenanfang',
  'message.alignCenter': 'Zentriert',
  'message.alignEnd': 'Am Zeilenende',
  'message.alignJustify': 'Blocksatz',

  // Sending.

  // Who asked.

  // Notifications.

  // Settings: devices, tokens, identities, password.

  // Settings: notifications, language, known recipients, embedding.

  // My files.

  // My shares.

  // Dates and sizes.
};
