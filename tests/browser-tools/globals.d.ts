// What Chromium has and TypeScript's own description of the web does not know yet.

interface Window {
  quillgate?: boolean;
  trustedTypes?: {
    createPolicy(name: string, rules: Record<string, (text: string) => string>): Record<string, (text: string) => any>;
  };
  showSaveFilePicker(options?: { suggestedName?: string }): Promise<any>;
}

interface Element {
  moveBefore(node: Node, child: Node | null): void;
}

interface Navigator {
  connection?: EventTarget;
}

// What `element` and `byId` of page/dom.js take and give.

type Listeners = { [Kind in keyof HTMLElementEventMap as `on${Kind}`]?: (event: HTMLElementEventMap[Kind]) => void };

/** What of index.html is more than an `HTMLElement`. */
interface Ids {
  write: HTMLButtonElement;
  connect: HTMLDetailsElement;
  'sign-in-form': HTMLFormElement & { login: HTMLInputElement; password: HTMLInputElement };
}
