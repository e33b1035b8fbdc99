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

  // The message: editor, signature, plain text.
  'message.label': 'Message',
  'message.placeholder': 'Write your message',
  'message.tools': 'Formatting',
  'message.more': 'More formatting',
  'message.bold': 'Bold',
  'message.italic': 'Italic',
  'message.underline': 'Underline',
  'message.strike': 'Strikethrough',
  'message.colour': 'Text colour',
  'message.highlight': 'Highlight',
  'message.size': 'Text size',
  'message.bullets': 'Bulleted list',
  'message.numbers': 'Numbered list',
  'message.indent': 'Indent more',
  'message.outdent': 'Indent less',
  'message.quote': 'Quote',
  'message.link': 'Link',
  'message.image': 'Insert image',
  'message.align': 'Alignment',
  'message.clear': 'Remove formatting',
  'message.undo': 'Undo',
  'message.redo': 'Redo',
  'message.plain': 'Plain text',
  'message.rich': 'Formatting',
  'message.plainTitle': 'Switch to plain text?',
  'message.plainWarning': 'Plain text goes out without colours, bold, images and the like. They come back if you return to formatting before you change the text.',
  'message.plainSubmit': 'Use plain text',
  'message.linkNew': 'Insert link',
  'message.linkEdit': 'Edit link',
  'message.linkAddress': 'Address',
  'message.linkText': 'Text',
  'message.linkRemove': 'Remove link',
  'message.linkSubmit': 'Apply',
  'message.linkWrong': 'Enter an address that begins with https:// or is one of a person, such as name@example.org.',
  'message.imageAttached': '{name} is attached instead.',
  'message.imageTooLarge': 'It is too large to stand in the text.',
  'message.imageBroken': 'It could not be read as an image.',
  'message.notShown': 'The message could not be shown.',
  'message.notRead': 'The message could not be read. Try again.',
  'message.colourNone': 'Standard',
  'message.highlightNone': 'None',
  'message.grey': 'Grey',
  'message.red': 'Red',
  'message.orange': 'Orange',
  'message.yellow': 'Yellow',
  'message.green': 'Green',
  'message.teal': 'Teal',
  'message.blue': 'Blue',
  'message.purple': 'Purple',
  'message.pink': 'Pink',
  'message.sizeSmall': 'Small',
  'message.sizeNormal': 'Normal',
  'message.sizeLarge': 'Large',
  'message.sizeHuge': 'Huge',
  'message.alignStart': 'Align at the start',
  'message.alignCenter': 'Centre',
  'message.alignEnd': 'Align at the end',
  'message.alignJustify': 'Justify',

  // Sending.

  // Who asked.

  // Notifications.

  // Settings: devices, tokens, identities, password.

  // Settings: notifications, language, known recipients, embedding.

  // My files.

  // My shares.

  // Dates and sizes.
};
