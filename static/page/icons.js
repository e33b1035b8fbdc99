// Icons as outlines on a 24 × 24 grid. They take the colour of the text and are hidden from assistive technology:
// whatever carries one has a label of its own.

const OUTLINES = {
  arrows: 'M12 3v18M3 12h18M9 6l3-3 3 3M9 18l3 3 3-3M6 9l-3 3 3 3M18 9l3 3-3 3',
  attach: 'M20 11.5 12.2 19.3a5 5 0 0 1-7.1-7.1l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7l-8.4 8.4a1.7 1.7 0 0 1-2.4-2.4l7.2-7.2',
  check: 'M5 12.5 10 17.5 19.5 7',
  clock: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2',
  close: 'M6 6l12 12M18 6 6 18',
  computer: 'M4 5h16v11H4zM2.5 19.5h19',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  dock: 'M4 5h16v14H4zM12 12.5h8v6.5h-8z',
  download: 'M12 4v11M7 10.5l5 5 5-5M5 20h14',
  expand: 'M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z',
  eyeOff: 'M4 4l16 16M9.5 5.9A9 9 0 0 1 12 5.5C18 5.5 21.5 12 21.5 12a16 16 0 0 1-3 3.7M6 7.4A16 16 0 0 0 2.5 12S6 18.5 12 18.5a9 9 0 0 0 4-.9M10 10.2a2.8 2.8 0 0 0 3.8 3.8',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4',
  folder: 'M3 6h6l2 2.5h10V19H3z',
  folderNew: 'M3 6h6l2 2.5h10V19H3zM12 11v5M9.5 13.5h5',
  forward: 'M9 6l6 6-6 6',
  home: 'M4 11l8-7 8 7M6 9.5V20h12V9.5',
  key: 'M14.5 3.5a6 6 0 1 0 0 12 6 6 0 0 0 0-12M10.2 13.7 3.5 20.5M6 18l2.5 2.5M16.2 7.8v.1',
  keyboard: 'M3 6.5h18v11H3zM7 10.2v.1M10.3 10.2v.1M13.7 10.2v.1M17 10.2v.1M8 14h8',
  link: 'M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1.2 1.2M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1.2-1.2',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  mail: 'M3 6h18v13H3zM3 7l9 7 9-7',
  minimise: 'M6 14h12',
  more: 'M12 5.5v.1M12 12v.1M12 18.5v.1',
  move: 'M3 6h6l2 2.5h10V19H3zM8.5 13.5h6M12.5 11l2.5 2.5-2.5 2.5',
  pencil: 'M4 20l1-4L16.5 4.5l3 3L8 19zM14 7l3 3',
  phone: 'M7.5 3h9v18h-9zM11 18h2',
  plus: 'M12 5v14M5 12h14',
  resize: 'M20 10v10H10M20 20 9 9M9 4H4v5',
  restore: 'M6 14l6-6 6 6',
  send: 'M4 12 20 4l-5 16-3.5-6.5zM20 4l-8.5 9.5',
  shrink: 'M20 10h-6V4M14 10l6.5-6.5M4 14h6v6M10 14l-6.5 6.5',
  suggest: 'M12 4v4M12 16v4M4 12h4M16 12h4M7 7l2 2M15 15l2 2M17 7l-2 2M9 15l-2 2',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5',
  upload: 'M12 16V5M7 9.5l5-5 5 5M5 20h14',
  warning: 'M12 4 2.8 20h18.4zM12 10v4.5M12 17.2v.1',
};

const NAMESPACE = 'http://www.w3.org/2000/svg';

/** @param {keyof typeof OUTLINES} name @param {number} [size] in CSS pixels */
export function icon(name, size = 18) {
  return drawing(OUTLINES[name], size);
}

/** @param {string} outline on the grid @param {number} size in CSS pixels */
export function drawing(outline, size) {
  const svg = document.createElementNS(NAMESPACE, 'svg');
  for (const [key, value] of Object.entries({
    viewBox: '0 0 24 24', width: size, height: size, fill: 'none', stroke: 'currentColor',
    'stroke-width': 1.8, 'stroke-linecap': 'round', 'stroke-linejoin': 'round', 'aria-hidden': 'true',
  })) svg.setAttribute(key, String(value));
  const path = document.createElementNS(NAMESPACE, 'path');
  path.setAttribute('d', outline);
  svg.append(path);
  return svg;
}
