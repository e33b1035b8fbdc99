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
  'connection.online': 'Online',
  'connection.connecting': 'Verbindung wird aufgebaut…',
  'connection.offline': 'Offline',
  'connection.signedOut': 'Abgemeldet',
  'connection.paused': 'Pausiert: an zu vielen Stellen geöffnet',
  'connection.pausedWhy': 'Sie haben diese Seite öfter geöffnet, als der Server erlaubt. Ein Klick holt die Verbindung hierher.',
  'connection.reconnecting': 'Neuer Versuch in {seconds} s',
  'connection.tryNow': 'Jetzt versuchen',
  'connection.useHere': 'Hier verwenden',
  'connection.saidOnline': 'Verbunden.',
  'connection.saidLost': 'Verbindung verloren. Sie wird neu aufgebaut.',
  'connection.saidOffline': 'Sie sind offline.',
  'connection.ended': 'Ihre Sitzung ist beendet: Sie haben sich in einem anderen Tab abgemeldet, oder sie wurde von einem anderen Gerät aus beendet. Melden Sie sich wieder an, um fortzufahren.',
  'connection.endedKept': 'Ihre offenen Nachrichten bleiben erhalten.',
  'update.ready': 'Eine neue Version ist bereit',
  'update.refresh': 'Neu laden',

  // Home.
  'home.hello': 'Hallo, {name}',
  'home.write': 'Schreiben',
  'home.notify': 'Benachrichtigungen einschalten',
  'home.notifyOn': 'Benachrichtigungen sind eingeschaltet. Sie erfahren von neuen Nachrichten, auch wenn diese Seite im Hintergrund ist.',
  'home.addresses': 'Ihre Adressen',
  'home.noAddress': 'Sie haben noch keine Adresse, von der Sie senden können. Wenden Sie sich an Ihre Administration.',
  'home.identityId': 'Nummer der Identität',
  'home.default': 'Standard',
  'recent.title': 'Letzte Nachrichten',
  'recent.none': 'Noch nichts vorhanden.',
  'recent.noneWhy': 'Lassen Sie diese Seite geöffnet. Wenn eines Ihrer Programme um eine Nachricht bittet, öffnet sie sich hier, ausgefüllt und bereit zum Prüfen und Senden.',
  'recent.waiting': 'Kommt gerade',
  'recent.opened': 'Wartet auf Sie',
  'recent.seen': 'Offen',
  'recent.elsewhere': 'Anderswo offen',
  'recent.sent': 'Gesendet',
  'recent.discarded': 'Verworfen',
  'recent.expired': 'Abgelaufen',
  'recent.to': 'An {names}',
  'recent.toNobody': 'Noch kein Empfänger',
  'recent.by': 'angefragt von {name}',
  'recent.noSubject': '(kein Betreff)',
  'recent.more': { one: '{count} weitere anzeigen', other: '{count} weitere anzeigen' },
  'people.title': 'Jetzt online',
  'people.sessions': { one: '1 Sitzung', other: '{count} Sitzungen' },
  'people.more': { one: 'und eine weitere Person', other: 'und {count} weitere' },
  'people.nobody': 'Gerade ist sonst niemand online.',
  'outbox.title': 'Postausgang',
  'outbox.refresh': 'Aktualisieren',
  'outbox.note': 'Nichts verlässt diese Demo: Gesendete Nachrichten bleiben hier.',
  'outbox.empty': 'Noch nichts gesendet. Nachrichten bleiben hier, statt diese Demo zu verlassen.',
  'outbox.to': 'An {names}',
  'outbox.from': 'Von {name}',
  'examples.title': 'Ihre Programme verbinden',
  'examples.note': 'Fügen Sie diese Zeilen in ein Terminal ein; curl fragt nach Ihrem Passwort. Ein Token geht an dessen Stelle.',
  'examples.copy': 'Kopieren',
  'examples.copyOf': 'Kopieren: {title}',
  'examples.identities': 'Ihre Adressen auflisten',
  'examples.identitiesText': 'Die Zahl in jedem Pfad ist die Identität, die die anderen Aufrufe nennen.',
  'examples.compose': 'Ein Fenster öffnen',
  'examples.composeText': 'Es öffnet sich auf dieser Seite; die Antwort kommt, sobald es wirklich offen ist.',
  'examples.attachment': 'Eines mit Anhang öffnen',
  'examples.attachmentText': 'Lädt report.pdf hoch und öffnet dann ein Fenster, das es enthält.',
  'examples.send': 'Ohne Fenster senden',
  'examples.sendText': 'Die Nachricht geht sofort hinaus.',
  'examples.upload': 'Eine Datei hochladen',
  'examples.uploadText': 'Die Antwort nennt den Ort, der in „attachments“ gehört.',

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
  'embed.signIn': 'quillgate: anmelden',
  'embed.dismiss': 'Ausblenden, bis dieser Tab geschlossen wird',
  'embed.openTab': 'quillgate in einem eigenen Tab öffnen',
  'embed.blocked': 'Ihr Browser erlaubt nicht, dass quillgate Sie auf dieser Seite angemeldet hält. Öffnen Sie es in einem eigenen Tab.',
  'embed.title': 'In anderen Seiten',
  'embed.text': 'Mit dieser Zeile in einer Seite, die Sie den ganzen Tag nutzen, etwa Intranet oder Webmail, öffnen sich Ihre Fenster dort, und diese Seite muss nicht geöffnet bleiben.',
  'embed.line': 'Die Zeile für die Seite',
  'embed.hosts': 'Seiten dieser Adressen dürfen das:',
  'embed.noHosts': 'Noch darf das keine Seite. Ihre Administration trägt die Adressen solcher Seiten in server.allowed_origins ein.',
  'mailto.title': 'E-Mail-Links',
  'mailto.text': 'Links auf E-Mail-Adressen können in diesem Browser, auf welcher Seite auch immer, hier ein Fenster öffnen.',
  'mailto.button': 'quillgate für E-Mail-Links verwenden',
  'mailto.asked': 'Ihr Browser fragt Sie jetzt, ob er das darf. Wenn nichts erscheint, achten Sie auf ein Zeichen in seiner Adresszeile.',
  'mailto.tooMany': 'Es sind zu viele Fenster offen für ein weiteres.',
  'mailto.unsupported': 'Dieser Browser lässt Seiten keine E-Mail-Links öffnen, oder nur über https.',

  // My files.

  // My shares.

  // Dates and sizes.
};
