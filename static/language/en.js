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
  'fields.identity': 'From',
  'fields.identityId': 'Identity {id}',
  'fields.priority': 'Priority',
  'fields.high': 'High',
  'fields.normal': 'Normal',
  'fields.low': 'Low',
  'fields.to': 'To',
  'fields.cc': 'Cc',
  'fields.bcc': 'Bcc',
  'fields.replyTo': 'Reply-To',
  'fields.subject': 'Subject',
  'fields.show': 'Show {field}',
  'recipients.remove': 'Remove {name}',
  'recipients.removeOne': 'Remove',
  'recipients.edit': 'Edit',
  'recipients.copy': 'Copy',
  'recipients.moveTo': 'Move to {field}',
  'recipients.menu': 'Actions for {name}',
  'recipients.undo': 'Undo',
  'recipients.more': { one: 'Show {count} more recipient', other: 'Show {count} more recipients' },
  'recipients.hint': { one: '{count} recipient. Left arrow goes to it.', other: '{count} recipients. Left arrow goes through them.' },
  'recipients.added': '{name} added',
  'recipients.addedMany': { one: '{count} recipient added', other: '{count} recipients added' },
  'recipients.removed': '{name} removed',
  'recipients.removedMany': { one: '{count} recipient removed', other: '{count} recipients removed' },
  'recipients.twice': { one: 'One recipient was there already, and is kept once.', other: '{count} recipients were there already, and are kept once.' },
  'recipients.suggestions': 'People you have written to',
  'recipients.found': { one: '{count} suggestion', other: '{count} suggestions' },
  'recipients.forget': 'Forget',
  'recipients.forgetHint': 'Delete forgets this suggestion',
  'recipients.forgotten': '{name} will not be suggested any more',
  'recipients.notForgotten': 'The suggestion could not be removed.',
  'recipients.disguise': 'The name shows “{shown}”, but mail goes to {address}.',
  'recipients.wrong': '“{text}” cannot be sent to: {why}',
  'recipients.wrongMore': { one: '{count} more cannot be sent to.', other: '{count} more cannot be sent to.' },
  'recipients.wrong.noAt': 'it has no @.',
  'recipients.wrong.form': 'it is not of the form name@domain.',
  'recipients.wrong.local': 'what stands before the @ is not valid.',
  'recipients.wrong.domain': 'what stands behind the @ is no domain.',
  'recipients.wrong.literal': 'the brackets hold no IP address.',
  'recipients.wrong.tooLong': 'the address is too long.',
  'recipients.wrong.open': 'a quote or a bracket is not closed.',
  'recipients.wrong.sign': 'it holds a character that no address has.',
  'recipients.wrong.name': 'the name holds characters that need quotes.',
  'recipients.wrong.group': 'a colon makes it a group, which needs a name and a ; at its end.',
  'recipients.wrong.empty': 'it holds no address.',

  // The message: editor, signature, plain text.

  // Sending.

  // Who asked.
  'asked.title': 'Who asked for this message',
  'asked.token': 'Opened by {name} (token {id}), {when}',
  'asked.tokenOnce': 'Opened by {name} (token {id})',
  'asked.user': 'Opened by another program or session of {name}, {when}',
  'asked.userOnce': 'Opened by another program or session of {name}',
  'asked.unnamed': 'a program without a name',
  'asked.warning': 'Warning',
  'asked.check': 'Check before you send.',
  'asked.outside': { one: 'The program has filled in a recipient outside your own domains:', other: 'The program has filled in {count} recipients outside your own domains:' },
  'asked.reply': { one: 'Replies will not go to you, but to:', other: 'Replies will not go to you, but to:' },
  'asked.outsideMark': 'Outside your own domains, filled in by the program',
  'asked.replyMark': 'Not your own address, filled in by the program',

  // Notifications.

  // Settings: devices, tokens, identities, password.

  // Settings: notifications, language, known recipients, embedding.
  'known.title': 'People you have written to',
  'known.about': 'They are suggested when you type a recipient. Only you see them. Mails that programs send with a token are not counted, unless you sent them from a window.',
  'known.count': { one: '{count} person', other: '{count} people' },
  'known.none': 'There is nobody yet.',
  'known.noMatch': 'Nobody matches.',
  'known.search': 'Search people',
  'known.mails': { one: '{count} mail, {when}', other: '{count} mails, last {when}' },
  'known.remove': 'Remove {name}',
  'known.eraseAll': 'Erase all',
  'known.eraseTitle': 'Erase all people you have written to?',
  'known.eraseText': 'Nobody will be suggested until you write to them again. This cannot be undone.',
  'known.erased': 'All people you have written to are erased.',
  'known.failed': 'The list could not be changed.',
  'known.notLoaded': 'The list could not be loaded.',

  // My files.

  // My shares.

  // Dates and sizes.
};
