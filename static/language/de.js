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
  'fields.identity': 'Von',
  'fields.identityId': 'Identität {id}',
  'fields.priority': 'Priorität',
  'fields.high': 'Hoch',
  'fields.normal': 'Normal',
  'fields.low': 'Niedrig',
  'fields.to': 'An',
  'fields.cc': 'Cc',
  'fields.bcc': 'Bcc',
  'fields.replyTo': 'Antwort an',
  'fields.subject': 'Betreff',
  'fields.show': '{field} einblenden',
  'recipients.remove': '{name} entfernen',
  'recipients.removeOne': 'Entfernen',
  'recipients.edit': 'Bearbeiten',
  'recipients.copy': 'Kopieren',
  'recipients.moveTo': 'Nach „{field}“ verschieben',
  'recipients.menu': 'Aktionen für {name}',
  'recipients.undo': 'Rückgängig',
  'recipients.more': { one: '{count} weiteren Empfänger anzeigen', other: '{count} weitere Empfänger anzeigen' },
  'recipients.hint': { one: '{count} Empfänger. Pfeil nach links führt hin.', other: '{count} Empfänger. Pfeil nach links führt durch die Liste.' },
  'recipients.added': '{name} hinzugefügt',
  'recipients.addedMany': { one: '{count} Empfänger hinzugefügt', other: '{count} Empfänger hinzugefügt' },
  'recipients.removed': '{name} entfernt',
  'recipients.removedMany': { one: '{count} Empfänger entfernt', other: '{count} Empfänger entfernt' },
  'recipients.twice': { one: 'Ein Empfänger stand schon da und bleibt nur einmal.', other: '{count} Empfänger standen schon da und bleiben nur einmal.' },
  'recipients.suggestions': 'Personen, denen Sie geschrieben haben',
  'recipients.found': { one: '{count} Vorschlag', other: '{count} Vorschläge' },
  'recipients.forget': 'Vergessen',
  'recipients.forgetHint': 'Entf entfernt diesen Vorschlag',
  'recipients.forgotten': '{name} wird nicht mehr vorgeschlagen',
  'recipients.notForgotten': 'Der Vorschlag konnte nicht entfernt werden.',
  'recipients.disguise': 'Der Name zeigt „{shown}“, die Mail geht aber an {address}.',
  'recipients.wrong': 'An „{text}“ kann nicht gesendet werden: {why}',
  'recipients.wrongMore': { one: 'An {count} weiteren kann nicht gesendet werden.', other: 'An {count} weitere kann nicht gesendet werden.' },
  'recipients.wrong.noAt': 'Es fehlt das @.',
  'recipients.wrong.form': 'Es hat nicht die Form name@domain.',
  'recipients.wrong.local': 'Was vor dem @ steht, ist nicht gültig.',
  'recipients.wrong.domain': 'Was hinter dem @ steht, ist keine Domain.',
  'recipients.wrong.literal': 'In den Klammern steht keine IP-Adresse.',
  'recipients.wrong.tooLong': 'Die Adresse ist zu lang.',
  'recipients.wrong.open': 'Ein Anführungszeichen oder eine Klammer ist nicht geschlossen.',
  'recipients.wrong.sign': 'Es enthält ein Zeichen, das in keiner Adresse vorkommt.',
  'recipients.wrong.name': 'Der Name enthält Zeichen, die Anführungszeichen brauchen.',
  'recipients.wrong.group': 'Der Doppelpunkt macht es zu einer Gruppe; die braucht einen Namen und ein ; am Ende.',
  'recipients.wrong.empty': 'Es enthält keine Adresse.',

  // The message: editor, signature, plain text.

  // Sending.

  // Who asked.
  'asked.title': 'Wer diese Nachricht angefordert hat',
  'asked.token': 'Geöffnet von {name} (Token {id}), {when}',
  'asked.tokenOnce': 'Geöffnet von {name} (Token {id})',
  'asked.user': 'Geöffnet von einem anderen Programm oder einer anderen Sitzung von {name}, {when}',
  'asked.userOnce': 'Geöffnet von einem anderen Programm oder einer anderen Sitzung von {name}',
  'asked.unnamed': 'einem Programm ohne Namen',
  'asked.warning': 'Warnung',
  'asked.check': 'Prüfen Sie das, bevor Sie senden.',
  'asked.outside': { one: 'Das Programm hat einen Empfänger außerhalb Ihrer eigenen Domains eingetragen:', other: 'Das Programm hat {count} Empfänger außerhalb Ihrer eigenen Domains eingetragen:' },
  'asked.reply': { one: 'Antworten gehen nicht an Sie, sondern an:', other: 'Antworten gehen nicht an Sie, sondern an:' },
  'asked.outsideMark': 'Außerhalb Ihrer eigenen Domains, vom Programm eingetragen',
  'asked.replyMark': 'Nicht Ihre eigene Adresse, vom Programm eingetragen',

  // Notifications.

  // Settings: devices, tokens, identities, password.

  // Settings: notifications, language, known recipients, embedding.
  'known.title': 'Personen, denen Sie geschrieben haben',
  'known.about': 'Sie werden vorgeschlagen, wenn Sie einen Empfänger eingeben. Nur Sie sehen sie. Mails, die Programme mit einem Token senden, zählen nicht, außer Sie haben sie aus einem Fenster gesendet.',
  'known.count': { one: '{count} Person', other: '{count} Personen' },
  'known.none': 'Noch ist niemand da.',
  'known.noMatch': 'Niemand passt dazu.',
  'known.search': 'Personen suchen',
  'known.mails': { one: '{count} Mail, {when}', other: '{count} Mails, zuletzt {when}' },
  'known.remove': '{name} entfernen',
  'known.eraseAll': 'Alle löschen',
  'known.eraseTitle': 'Alle Personen löschen, denen Sie geschrieben haben?',
  'known.eraseText': 'Niemand wird mehr vorgeschlagen, bis Sie wieder schreiben. Das lässt sich nicht rückgängig machen.',
  'known.erased': 'Alle Personen, denen Sie geschrieben haben, sind gelöscht.',
  'known.failed': 'Die Liste konnte nicht geändert werden.',
  'known.notLoaded': 'Die Liste konnte nicht geladen werden.',

  // My files.

  // My shares.

  // Dates and sizes.
};
