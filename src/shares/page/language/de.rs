//! German.

use super::problems::Problems;
use super::{Scripts, Words};

/// From Monday on.
const DAYS: [&str; 7] = [
    "Montag",
    "Dienstag",
    "Mittwoch",
    "Donnerstag",
    "Freitag",
    "Samstag",
    "Sonntag",
];
const MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

pub const WORDS: Words = Words {
    tag: "de",
    decimal: ',',
    group: '.',
    foot: "Geteilt mit quillgate",
    sender: "Von",
    end: "Verfügbar",
    until: |day| {
        let weekday = day.weekday().to_monday_zero_offset();
        let weekday = DAYS[usize::from(weekday.unsigned_abs())];
        let month = MONTHS[usize::from(day.month().unsigned_abs()) - 1];
        format!("bis {weekday}, {}. {month} {}", day.day(), day.year())
    },
    until_unopened: |days| {
        let days = days.of("Tag", "Tage");
        format!("bis {days} lang niemand zugegriffen hat")
    },
    downloads: "Downloads",
    left: |downloads| format!("noch {}", downloads.of("Download", "Downloads")),
    name: "Name",
    size: "Größe",
    modified: "Geändert",
    modified_at: "Geändert am",
    moment: |moment| moment.strftime("%d.%m.%Y, %H:%M UTC").to_string(),
    way: "Wo Sie sind",
    download: "Herunterladen",
    preview: "Vorschau",
    text_cut: "Das ist der Anfang. Laden Sie die Datei herunter, um alles zu lesen.",
    folder: "Ordner",
    empty_folder: "Dieser Ordner ist leer.",
    more: |shown| {
        let shown = shown.text;
        format!("Hier sind nur die ersten {shown} zu sehen. Programme erhalten alle.")
    },
    replace_title: "Diese Datei ersetzen",
    replace_hint: "Wählen Sie eine andere Fassung aus, oder ziehen Sie sie hierher. Sie ersetzt diese für alle.",
    replace: "Datei auswählen",
    add_title: "Dateien hinzufügen",
    add_hint: "Wählen Sie Dateien aus, oder ziehen Sie sie hierher. Eine Datei mit demselben Namen wird ersetzt.",
    add: "Dateien auswählen",
    remove: "Löschen",
    remove_named: |name| format!("{name} löschen"),
    remove_hint: "Es wird für alle gelöscht und lässt sich nicht wiederherstellen.",
    password_title: "Passwort erforderlich",
    password_hint: "Wer Ihnen diesen Link geschickt hat, kann Ihnen das Passwort nennen.",
    password: "Passwort",
    open: "Öffnen",
    wrong_password: "Das ist nicht das richtige Passwort. Bitte versuchen Sie es noch einmal.",
    too_often: "Zu viele falsche Passwörter. Bitte versuchen Sie es später noch einmal.",
    too_often_minutes: |minutes| {
        let minutes = minutes.of("Minute", "Minuten");
        format!("Zu viele falsche Passwörter. Bitte versuchen Sie es in {minutes} noch einmal.")
    },
    too_often_seconds: |seconds| {
        let seconds = seconds.of("Sekunde", "Sekunden");
        format!("Zu viele falsche Passwörter. Bitte versuchen Sie es in {seconds} noch einmal.")
    },
    busy: "Gerade öffnen zu viele Leute geteilte Dateien. Bitte versuchen Sie es gleich noch einmal.",
    gone: |what| format!("„{what}“ gibt es nicht, oder der Link ist abgelaufen."),
    gone_title: "Hier ist nichts",
    gone_hint: "Wenn Sie eine Datei erwartet haben, bitten Sie den Absender um einen neuen Link.",
    problem_title: "Das hat nicht geklappt",
    problem_hint: "Bitte gehen Sie zurück, und versuchen Sie es noch einmal.",
    scripts: Scripts {
        locale: "de",
        cancel: "Abbrechen",
        retry: "Erneut versuchen",
        cancelled: "Abgebrochen",
        starting: "Beginnt…",
        downloaded: "Heruntergeladen",
        uploaded: "Hochgeladen",
        storing: "Gleich fertig…",
        transfers: "Fortschritt",
        progress: "{done} von {all}",
        remove_title: "„{name}“ löschen?",
        problems: Problems {
            lost: "Die Verbindung ist abgebrochen.",
            password: "Das Passwort wird noch einmal gebraucht. Laden Sie diese Seite neu.",
            forbidden: "Das ist hier nicht erlaubt.",
            gone: "Das gibt es nicht mehr, oder der Link ist abgelaufen.",
            slow: "Die Verbindung ist zu langsam.",
            taken: "Es gibt schon einen Ordner mit diesem Namen, oder der Ordner ist nicht mehr da.",
            changed: "Jemand anderes hat es inzwischen geändert. Laden Sie diese Seite neu, um es zu sehen.",
            large: "Die Datei ist zu groß.",
            name: "Dieser Name ist hier nicht möglich.",
            often: "Zu viele Versuche. Bitte warten Sie ein wenig.",
            full: "Für diese Datei ist kein Platz mehr.",
            other: "Etwas ist schiefgegangen.",
        },
    },
};
