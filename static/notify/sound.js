// A short soft tone, made by the browser itself.

/** Hertz: a fifth, one after the other. */
const TONES = [587.33, 880];
/** Seconds. */
const LENGTH = 0.5;
const APART = 0.14;
const LOUDNESS = 0.12;

/** @type {AudioContext | null} */
let context = null;

/** Resolves when it has begun: browsers let a page be heard only after the person has touched it. @returns {Promise<boolean>} whether it could */
export async function playTone() {
  const audio = context ??= new AudioContext();
  await Promise.race([audio.resume(), new Promise((resolve) => setTimeout(resolve, 500))]);
  if (audio.state !== 'running') return false;
  TONES.forEach((frequency, index) => tone(audio, frequency, audio.currentTime + index * APART));
  // Held open it would keep the audio device awake.
  setTimeout(() => audio.suspend(), (LENGTH + APART * TONES.length) * 1000);
  return true;
}

/** @param {AudioContext} context @param {number} frequency @param {number} start in seconds on its clock */
function tone(context, frequency, start) {
  const oscillator = new OscillatorNode(context, { type: 'sine', frequency });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(LOUDNESS, start + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.001, start + LENGTH);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(start + LENGTH);
}
