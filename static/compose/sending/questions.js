// What is asked before a message goes out, because it was probably forgotten.

/** Words that promise an attachment, in the languages of the page. */
const PROMISE = /\b(attach(ed|ment|ments|ing)?|enclosed|angehängt|angehängte[mnrs]?|anhang|anhänge|anbei|beigefügt)\b/iu;

/**
 * @param {import('../draft.js').Draft} draft
 * @returns {'noRecipient' | 'noSubject' | 'noAttachment' | null} the first thing that is missing
 */
export function missing(draft) {
  if (!draft.to.trim() && !draft.cc.trim() && !draft.bcc.trim()) return 'noRecipient';
  if (!draft.sendingAnswers.includes('noSubject') && !draft.subject.trim()) return 'noSubject';
  if (!draft.sendingAnswers.includes('noAttachment') && !draft.attachments.length && PROMISE.test(ownText(draft))) return 'noAttachment';
  return null;
}

/** What was written in answer to something is the person's, what is quoted is not. @param {import('../draft.js').Draft} draft */
function ownText({ subject, body, bodyHtml }) {
  const text = bodyHtml === null ? body.replace(/^>.*$/gm, '') : bodyHtml.replace(/<blockquote[\s\S]*$/i, '').replace(/<[^>]*>/g, ' ');
  return `${subject}\n${text}`;
}
