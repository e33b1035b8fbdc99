// Icons as outlines on a 24 × 24 grid. They take the colour of the text and are hidden from assistive technology:
// whatever carries one has a label of its own.

const OUTLINES = {
  attach: 'M20 11.5 12.2 19.3a5 5 0 0 1-7.1-7.1l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7l-8.4 8.4a1.7 1.7 0 0 1-2.4-2.4l7.2-7.2',
  check: 'M5 12.5 10 17.5 19.5 7',
  close: 'M6 6l12 12M18 6 6 18',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4',
  minimise: 'M6 14h12',
  pencil: 'M4 20l1-4L16.5 4.5l3 3L8 19zM14 7l3 3',
  restore: 'M6 14l6-6 6 6',
  send: 'M4 12 20 4l-5 16-3.5-6.5zM20 4l-8.5 9.5',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5',
  warning: 'M12 4 2.8 20h18.4zM12 10v4.5M12 17.2v.1',
};

const NAMESPACE = 'http://www.w3.org/2000/svg';

/** @param {keyof typeof OUTLINES} name @param {number} [size] in CSS pixels */
export function icon(name, size = 18) {
  const svg = document.createElementNS(NAMESPACE, 'svg');
  for (const [key, value] of Object.entries({
    viewBox: '0 0 24 24', width: size, height: size, fill: 'none', stroke: 'currentColor',
    'stroke-width': 1.8, 'stroke-linecap': 'round', 'stroke-linejoin': 'round', 'aria-hidden': 'true',
  })) svg.setAttribute(key, String(value));
  const path = document.createElementNS(NAMESPACE, 'path');
  path.setAttribute('d', OUTLINES[name]);
  svg.append(path);
  return svg;
}
